import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import { cx } from "../cx";
import { Icon } from "../icon/Icon";
import css from "./Field.module.css";

interface FieldLook {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  isBig?: boolean;
  tail?: ReactNode;
  "data-testid"?: string;
}

function useFieldIds(hint: string | undefined, error: string | undefined) {
  const id = useId();
  const noteId = `${id}-note`;
  return { id, noteId, described: hint || error ? { "aria-describedby": noteId } : {} };
}

function Note({ id, hint, error }: { id: string; hint: string | undefined; error: string | undefined }) {
  if (error) {
    return (
      <span id={id} className={css.error} role="alert">
        <Icon name="alert" size="sm" />
        {error}
      </span>
    );
  }
  return hint ? (
    <span id={id} className={css.hint}>
      {hint}
    </span>
  ) : null;
}

export function TextField({
  label,
  hint,
  error,
  isBig,
  tail,
  ...rest
}: FieldLook & Omit<InputHTMLAttributes<HTMLInputElement>, "id">) {
  const { id, noteId, described } = useFieldIds(hint, error);
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <div className={css.wrap}>
        <input {...rest} {...described} id={id} aria-invalid={!!error} className={cx(css.input, isBig && css.big)} />
        {tail && <span className={css.tail}>{tail}</span>}
      </div>
      <Note id={noteId} hint={hint} error={error} />
    </div>
  );
}

export function TextAreaField({
  label,
  hint,
  error,
  ...rest
}: Omit<FieldLook, "isBig" | "tail"> & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id">) {
  const { id, noteId, described } = useFieldIds(hint, error);
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <textarea {...rest} {...described} id={id} aria-invalid={!!error} className={css.input} />
      <Note id={noteId} hint={hint} error={error} />
    </div>
  );
}

interface SelectFieldProps
  extends Omit<FieldLook, "isBig" | "tail">,
    Omit<SelectHTMLAttributes<HTMLSelectElement>, "id" | "onChange"> {
  options: readonly { value: string; label: string }[];
  onValue: (value: string) => void;
}

export function SelectField({ label, hint, error, options, onValue, ...rest }: SelectFieldProps) {
  const { id, noteId, described } = useFieldIds(hint, error);
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <select
        {...rest}
        {...described}
        id={id}
        aria-invalid={!!error}
        className={css.input}
        onChange={(event) => onValue(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Note id={noteId} hint={hint} error={error} />
    </div>
  );
}

interface ToggleProps {
  label: string;
  hint?: string;
  isOn: boolean;
  isDisabled?: boolean;
  onToggle: (isOn: boolean) => void;
  "data-testid"?: string;
}

export function CheckField({ label, isOn, isDisabled = false, onToggle, ...rest }: ToggleProps) {
  return (
    <label className={css.check}>
      <input
        {...rest}
        type="checkbox"
        checked={isOn}
        disabled={isDisabled}
        onChange={(event) => onToggle(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

export function SwitchField({ label, hint, isOn, isDisabled = false, onToggle, ...rest }: ToggleProps) {
  const id = useId();
  return (
    <div className={css.switchRow}>
      <span className={css.switchText}>
        <label className={css.label} htmlFor={id}>
          {label}
        </label>
        {hint && (
          <span className={css.hint} id={`${id}-note`}>
            {hint}
          </span>
        )}
      </span>
      <input
        {...rest}
        {...(hint ? { "aria-describedby": `${id}-note` } : {})}
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={isOn}
        className={css.switch}
        checked={isOn}
        disabled={isDisabled}
        onChange={(event) => onToggle(event.target.checked)}
      />
    </div>
  );
}
