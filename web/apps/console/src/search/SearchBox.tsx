import { Icon, IconButton } from "@parley/ui";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "../lib/keys";
import css from "./SearchBox.module.css";

/** So long nothing is typed before it is looked for. */
const QUIET_MS = 300;

interface SearchBoxProps {
  /** What is looked for at the moment. */
  q: string;
  label: string;
  hint: string;
  onSearch: (q: string) => void;
  testId: string;
}

/** Looks for what is typed; the key "/" goes there. */
export function SearchBox({ q, label, hint, onSearch, testId }: SearchBoxProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useKeys({ "/": () => input.current?.focus() });

  useEffect(() => setText(q), [q]);

  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(() => latest.current(text.trim()), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text, q]);

  return (
    <search className={css.search}>
      <Icon name="search" size="sm" />
      <input
        ref={input}
        type="text"
        inputMode="search"
        value={text}
        aria-label={label}
        placeholder={hint}
        data-testid={testId}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && !event.nativeEvent.isComposing) {
            if (text) onSearch("");
            setText("");
            input.current?.blur();
          }
        }}
      />
      {text ? <IconButton icon="x" size="sm" label={t("list.clear")} onClick={() => onSearch("")} /> : <kbd>/</kbd>}
    </search>
  );
}
