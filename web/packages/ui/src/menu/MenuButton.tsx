import { type ReactNode, useRef, useState } from "react";
import { type ButtonLook, buttonClass } from "../button/Button";
import { cx } from "../cx";
import { Icon } from "../icon/Icon";
import type { IconName } from "../icon/shapes";
import { later } from "../later/later";
import css from "./Menu.module.css";

const load = () => import("./MenuPopover");
const MenuPopover = later(load);

/** Fetches the menu's code before somebody needs it. Without network it comes when it is needed. */
export function preloadMenus(): void {
  load().catch(() => undefined);
}

export interface MenuEntry {
  id: string;
  label: string;
  icon?: IconName;
  lead?: ReactNode;
  detail?: string;
  hotkey?: string;
  isSelected?: boolean;
  isDisabled?: boolean;
  isDanger?: boolean;
  testId?: string;
}

export type MenuPlacement = "bottom start" | "bottom end" | "top start" | "top end";

interface MenuButtonProps {
  label: string;
  entries: readonly MenuEntry[];
  onChoose: (id: string) => void;
  /** A quiet inline value with a chevron, or a button of the usual looks. */
  look?: "value" | ButtonLook;
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  placement?: MenuPlacement;
  isDisabled?: boolean;
  testId?: string;
  className?: string | undefined;
  children: ReactNode;
}

/** A plain button until it is pressed; the menu itself comes with its own code. */
export function MenuButton(props: MenuButtonProps) {
  const { label, entries, onChoose, look = "value", placement = "bottom start", testId, className, children } = props;
  const [isOwnOpen, setIsOwnOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const isOpen = props.isOpen ?? isOwnOpen;
  // Visible words name the button; the label then only explains it.
  const named = look !== "value" && look.isIconOnly ? { "aria-label": label, title: label } : { title: label };
  const setOpen = (next: boolean): void => {
    if (props.onOpenChange) props.onOpenChange(next);
    else setIsOwnOpen(next);
  };
  return (
    <>
      <button
        ref={trigger}
        type="button"
        {...named}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        className={cx(look === "value" ? css.quiet : buttonClass(look), className)}
        disabled={props.isDisabled ?? false}
        data-testid={testId}
        onPointerEnter={preloadMenus}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {children}
        {look === "value" && <Icon name="down" />}
      </button>
      {isOpen && (
        <MenuPopover
          label={label}
          entries={entries}
          placement={placement}
          trigger={trigger}
          onChoose={onChoose}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
