import { cx, Icon, Skeleton } from "@parley/ui";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ReadFailure } from "../../../paging/ReadFailure";
import css from "./Email.module.css";

export type Tone = "neutral" | "success" | "info" | "warning" | "danger";

export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={cx(css.tag, css[tone])}>{children}</span>;
}

/** A sentence that stands above what it explains. */
export function Notice({ tone = "info", children }: { tone?: "info" | "warning"; children: ReactNode }) {
  return (
    <div className={cx(css.notice, css[tone])}>
      <Icon name={tone === "info" ? "info" : "alert"} />
      <div>{children}</div>
    </div>
  );
}

export interface FilterOption<T extends string> {
  value: T;
  label: string;
  count?: string | undefined;
}

interface FilterProps<T extends string> {
  label: string;
  options: readonly FilterOption<T>[];
  value: T;
  onChange: (value: T) => void;
}

export function Filter<T extends string>({ label, options, value, onChange }: FilterProps<T>) {
  return (
    <fieldset className={css.filter} aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={css.filterChip}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          data-testid={`filter-${option.value || "all"}`}
        >
          {option.label}
          {option.count !== undefined && <b className={css.count}>{option.count}</b>}
        </button>
      ))}
    </fieldset>
  );
}

interface Choice<T extends string> {
  value: T;
  label: string;
  hint: string;
}

interface ChoicesProps<T extends string> {
  label: string;
  name: string;
  options: readonly Choice<T>[];
  value: T;
  onChange: (value: T) => void;
}

/** A few ways, each with the sentence that says when it is the right one. */
export function Choices<T extends string>({ label, name, options, value, onChange }: ChoicesProps<T>) {
  return (
    <fieldset className={css.choices}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={css.choice}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            <strong>{option.label}</strong>
            <small>{option.hint}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Loading and failure of a reading; what it has read is drawn by `children`. */
export function Reading<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Skeleton rows={4} label={t("common.loading")} />;
  return <ReadFailure error={query.error} onRetry={() => void query.refetch()} />;
}
