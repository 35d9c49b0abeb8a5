import { cx } from "../cx";
import css from "./Icon.module.css";
import { type IconName, shapes } from "./shapes";

interface IconProps {
  name: IconName;
  size?: "sm" | "md" | "lg";
  className?: string | undefined;
}

/** Decorative: the words around it, or the button's label, say what it means. */
export function Icon({ name, size = "md", className }: IconProps) {
  return (
    <svg className={cx(css.icon, css[size], className)} viewBox="0 0 24 24" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}
