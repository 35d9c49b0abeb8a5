import type { KeyboardEvent } from "react";
import { Icon } from "../icon/Icon";
import type { IconName } from "../icon/shapes";
import css from "./Segmented.module.css";

export interface SegmentedOption<T extends string> {
  value: T;
  label: string;
  icon?: IconName;
  hotkey?: string;
  testId?: string;
}

interface SegmentedProps<T extends string> {
  label: string;
  options: readonly SegmentedOption<T>[];
  value: T;
  onChange: (value: T) => void;
  testId?: string;
}

/** Two to four modes of the same place; arrows move between them. */
export function Segmented<T extends string>({ label, options, value, onChange, testId }: SegmentedProps<T>) {
  const handleKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const delta = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : event.key.startsWith("Arrow") ? -1 : 0;
    if (delta === 0) return;
    const index = options.findIndex((option) => option.value === value);
    const next = options[(index + delta + options.length) % options.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.value);
    const buttons = event.currentTarget.querySelectorAll<HTMLButtonElement>("button");
    buttons[options.indexOf(next)]?.focus();
  };
  return (
    <div className={css.segmented} role="radiogroup" aria-label={label} onKeyDown={handleKey} data-testid={testId}>
      {options.map((option) => (
        // biome-ignore lint/a11y/useSemanticElements: a row of buttons that behaves as one choice
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          className={css.option}
          data-testid={option.testId}
          onClick={() => onChange(option.value)}
        >
          {option.icon && <Icon name={option.icon} />}
          {option.label}
          {option.hotkey && <kbd aria-hidden="true">{option.hotkey}</kbd>}
        </button>
      ))}
    </div>
  );
}
