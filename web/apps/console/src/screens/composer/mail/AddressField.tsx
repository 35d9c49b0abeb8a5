import type { EmailAddress } from "@parley/protocol";
import { cx, Icon } from "@parley/ui";
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { addressKey, isAddress, nameOf, parseAddresses, withoutRepeats } from "../../mail/address";
import css from "./MailComposer.module.css";
import { useKnownAddresses } from "./useKnownAddresses";

interface AddressFieldProps {
  label: string;
  value: readonly EmailAddress[];
  onChange: (value: EmailAddress[]) => void;
  /** Addresses to complete from, besides the desk's customers. */
  known: readonly EmailAddress[];
  /** Keys of addresses that did not take a mail lately. */
  bounced?: ReadonlySet<string>;
  /** Whom one may write to; without it anybody. */
  mayWriteTo?: (address: string) => boolean;
  autoFocus?: boolean;
  tail?: ReactNode;
  testId: string;
}

const anybody = (): boolean => true;

const ENDS_ONE = new Set(["Enter", ",", ";", "，", "；"]);

/** Addresses as chips: typed, pasted as a list, or completed. What is no address stays, marked, until it is mended. */
export function AddressField(props: AddressFieldProps) {
  const { label, value, onChange, known, bounced, mayWriteTo = anybody, autoFocus = false, tail, testId } = props;
  const { t } = useTranslation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [at, setAt] = useState(-1);
  const found = useKnownAddresses(text, known, value).filter(({ address }) => mayWriteTo(address));
  const isOpen = found.length > 0;
  const active = isOpen ? found[Math.max(0, Math.min(at, found.length - 1))] : undefined;

  const add = (list: readonly EmailAddress[]): void => {
    if (list.length > 0) onChange(withoutRepeats([...value, ...list]));
    setText("");
    setAt(-1);
  };
  const commit = (): void => add(parseAddresses(text));
  const remove = (index: number): void => {
    onChange(value.filter((_, position) => position !== index));
    input.current?.focus();
  };
  const edit = (index: number): void => {
    const one = value[index];
    if (!one || text.trim() !== "") return;
    onChange(value.filter((_, position) => position !== index));
    setText(one.address);
    input.current?.focus();
  };
  const handleKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && isOpen) {
      event.preventDefault();
      setAt((Math.max(at, step > 0 ? -1 : 0) + step + found.length) % found.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && active && (at >= 0 || !isAddress(text.trim()))) {
      event.preventDefault();
      add([active]);
    } else if (ENDS_ONE.has(event.key) && text.trim() !== "") {
      // A comma inside quotes is part of a name.
      if (event.key !== "Enter" && (text.split('"').length - 1) % 2 === 1) return;
      event.preventDefault();
      commit();
    } else if (event.key === "Backspace" && text === "" && value.length > 0) remove(value.length - 1);
    else if (event.key === "Escape" && text !== "") {
      event.stopPropagation();
      setText("");
    }
  };
  const handlePaste = (event: ClipboardEvent): void => {
    const list = parseAddresses(event.clipboardData.getData("text/plain"));
    if (list.length < 2 && !list.every((one) => isAddress(one.address))) return;
    event.preventDefault();
    add(list);
  };
  return (
    <div className={css.field}>
      <label htmlFor={id} className={css.fieldLabel}>
        {label}
      </label>
      <div className={css.chips} data-testid={testId}>
        {value.map((one, index) => (
          <Chip
            key={`${one.address}-${one.name}`}
            one={one}
            isStranger={isAddress(one.address) && !mayWriteTo(one.address)}
            hasBounced={bounced?.has(addressKey(one.address)) ?? false}
            onEdit={() => edit(index)}
            onRemove={() => remove(index)}
          />
        ))}
        <input
          ref={input}
          id={id}
          // biome-ignore lint/a11y/noAutofocus: only where the agent has just asked for this field
          autoFocus={autoFocus}
          type="text"
          inputMode="email"
          autoComplete="off"
          spellCheck={false}
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && active ? `${id}-${found.indexOf(active)}` : undefined}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(-1);
          }}
          onKeyDown={handleKey}
          onPaste={handlePaste}
          onBlur={commit}
          data-testid={`${testId}-input`}
        />
      </div>
      {tail}
      <div id={`${id}-list`} className={css.found} role="listbox" aria-label={t("email.suggestions")} hidden={!isOpen}>
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys
          <div
            key={one.address}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={one === active}
            className={cx(one === active && css.activeOption)}
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => setAt(index)}
            onClick={() => add([one])}
          >
            <span>{nameOf(one)}</span>
            {one.name && <small>{one.address}</small>}
          </div>
        ))}
      </div>
    </div>
  );
}

interface ChipProps {
  one: EmailAddress;
  isStranger: boolean;
  hasBounced: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function Chip({ one, isStranger, hasBounced, onEdit, onRemove }: ChipProps) {
  const { t } = useTranslation();
  const isNone = !isAddress(one.address);
  const isWrong = isNone || isStranger;
  const wrong = t(isNone ? "email.no_address" : "email.stranger_chip");
  const hint = isWrong ? wrong : hasBounced ? t("email.bounced_chip") : one.address;
  return (
    <span
      className={cx(css.chip, isWrong && css.wrong, hasBounced && css.bounced)}
      title={hint}
      data-testid="address-chip"
    >
      {(isWrong || hasBounced) && <Icon name="alert" size="sm" />}
      <button type="button" className={css.chipName} onClick={onEdit}>
        {nameOf(one)}
        {isWrong && <span className="sr-only">, {hint}</span>}
      </button>
      <button type="button" aria-label={t("upload.remove", { name: nameOf(one) })} onClick={onRemove}>
        <Icon name="x" size="sm" />
      </button>
    </span>
  );
}
