import type { ReactNode } from "react";
import { cx } from "../cx";
import { Icon } from "../icon/Icon";
import type { IconName } from "../icon/shapes";
import css from "./Blank.module.css";

interface BlankProps {
  icon: IconName;
  title: string;
  text?: string;
  isError?: boolean;
  reference?: string | undefined;
  /** 1 when it is all there is on the page. */
  level?: 1 | 2;
  children?: ReactNode;
}

/** Empty, error, offline, no permission, nothing found: what is true, what is safe, one action. */
export function Blank({ icon, title, text, isError, reference, level = 2, children }: BlankProps) {
  return (
    <div className={css.blank}>
      <Icon name={icon} className={cx(css.art, isError && css.danger)} />
      {level === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
      {text && <p>{text}</p>}
      {children}
      {reference && <small>{reference}</small>}
    </div>
  );
}

const widths = ["60%", "90%", "75%"];

/** The boxes of the content to come; invisible for the first 150 ms. */
export function Skeleton({ rows = 5, label }: { rows?: number; label: string }) {
  return (
    <div className={css.skeleton} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row}>
          <i className={css.disc} />
          <span>
            {widths.map((width) => (
              <i key={width} style={{ width }} />
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}
