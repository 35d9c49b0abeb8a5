import type { RefObject } from "react";
import { Menu, MenuItem, Popover } from "react-aria-components";
import { Icon } from "../icon/Icon";
import css from "./Menu.module.css";
import type { MenuEntry, MenuPlacement } from "./MenuButton";

interface MenuPopoverProps {
  label: string;
  entries: readonly MenuEntry[];
  placement: MenuPlacement;
  trigger: RefObject<HTMLButtonElement | null>;
  onChoose: (id: string) => void;
  onClose: () => void;
}

export default function MenuPopover({ label, entries, placement, trigger, onChoose, onClose }: MenuPopoverProps) {
  return (
    <Popover
      isOpen
      aria-label={label}
      triggerRef={trigger}
      className={css.popover ?? ""}
      placement={placement}
      offset={4}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Menu
        className={css.menu ?? ""}
        aria-label={label}
        autoFocus="first"
        disabledKeys={entries.filter((entry) => entry.isDisabled).map((entry) => entry.id)}
        onAction={(key) => {
          onClose();
          onChoose(String(key));
        }}
      >
        {entries.map((entry) => (
          <MenuItem
            key={entry.id}
            id={entry.id}
            textValue={entry.label}
            className={css.item ?? ""}
            data-tone={entry.isDanger ? "danger" : undefined}
            data-testid={entry.testId}
          >
            <MenuLine entry={entry} />
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  );
}

function MenuLine({ entry }: { entry: MenuEntry }) {
  return (
    <>
      {entry.icon && <Icon name={entry.icon} />}
      {entry.lead}
      <span className={css.label}>{entry.label}</span>
      {entry.detail && <span className={css.detail}>{entry.detail}</span>}
      {entry.hotkey && <kbd>{entry.hotkey}</kbd>}
      {entry.isSelected && <Icon name="check" size="sm" className={css.tick} />}
    </>
  );
}
