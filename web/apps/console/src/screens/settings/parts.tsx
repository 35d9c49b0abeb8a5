import { Icon } from "@parley/ui";
import type { ReactNode } from "react";
import css from "./Settings.module.css";

export function PageHead({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <header className={css.pageHead}>
      <div>
        <h1>{title}</h1>
        {text && <p>{text}</p>}
      </div>
      {children}
    </header>
  );
}

export function Card({ title, hint, children }: { title?: string; hint?: string; children: ReactNode }) {
  return (
    <section className={css.card}>
      {title && (
        <header className={css.cardHead}>
          <h2>{title}</h2>
          {hint && <p>{hint}</p>}
        </header>
      )}
      {children}
    </section>
  );
}

/** A table as wide as it needs to be: its card scrolls sideways. */
export function TableCard({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by key
    <section className={`${css.card} ${css.tableCard}`} aria-label={label} tabIndex={0}>
      <table className={css.table}>{children}</table>
    </section>
  );
}

export function FormError({ text }: { text: string | null }) {
  if (!text) return null;
  return (
    <p className={css.formError} role="alert">
      <Icon name="alert" size="sm" />
      {text}
    </p>
  );
}
