import type { RefObject } from "preact";

interface Props {
  id: string;
  label: string;
  value: string;
  error: string | null;
  testid: string;
  kind?: "text" | "email";
  rows?: number;
  autocomplete?: string;
  field?: RefObject<HTMLInputElement>;
  onInput(value: string): void;
}

/** Label above, sentence of complaint below; the complaint is tied to the field for a screen reader. */
export function Field({ id, label, value, error, testid, kind = "text", rows, autocomplete, onInput }: Props) {
  const shared = {
    id,
    value,
    class: error ? "input is-error" : "input",
    "data-testid": testid,
    "aria-invalid": error !== null,
    "aria-describedby": error ? `${id}-error` : undefined,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows ? (
        <textarea {...shared} rows={rows} maxLength={10_000} />
      ) : (
        <input {...shared} type={kind} autocomplete={autocomplete} maxLength={200} />
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Deliberately generous: the real test of an address is whether a letter arrives. */
export const isEmail = (value: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim());
