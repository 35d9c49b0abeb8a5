import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "../cx";
import { Icon } from "../icon/Icon";
import type { IconName } from "../icon/shapes";
import css from "./Button.module.css";

export type ButtonTone = "secondary" | "primary" | "quiet" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

export interface ButtonLook {
  tone?: ButtonTone;
  size?: ButtonSize;
  isBlock?: boolean;
  isIconOnly?: boolean;
}

export function buttonClass(
  { tone = "secondary", size = "md", isBlock, isIconOnly }: ButtonLook,
  extra?: string,
): string {
  return cx(css.btn, css[tone], css[size], isBlock && css.block, isIconOnly && css.iconOnly, extra);
}

interface ButtonProps extends ButtonLook, Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  icon?: IconName;
  isBusy?: boolean;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
  "data-testid"?: string;
}

export function Button({ tone, size, isBlock, isIconOnly, icon, isBusy, className, children, ...rest }: ButtonProps) {
  const look = { ...(tone && { tone }), ...(size && { size }), isBlock: !!isBlock, isIconOnly: !!isIconOnly };
  return (
    <button type="button" {...rest} aria-busy={isBusy || undefined} className={buttonClass(look, className)}>
      {isBusy ? <span className={css.spin} aria-hidden="true" /> : icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  icon: IconName;
  label: string;
  /** The key that does the same; shown in the tooltip. */
  hotkey?: string;
}

export function IconButton({ label, hotkey, icon, tone = "quiet", ...rest }: IconButtonProps) {
  const title = hotkey ? `${label} (${hotkey})` : label;
  return <Button {...rest} tone={tone} icon={icon} isIconOnly aria-label={label} title={title} />;
}
