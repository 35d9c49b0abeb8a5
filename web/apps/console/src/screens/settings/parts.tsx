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

export function FormError({ text }: { text: string | null }) {
  if (!text) return null;
  return (
    <p className={css.formError} role="alert">
      <Icon name="alert" size="sm" />
      {text}
    </p>
  );
}
