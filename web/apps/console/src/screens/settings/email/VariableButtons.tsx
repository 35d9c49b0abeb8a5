import { Button } from "@parley/ui";
import { type RefObject, useRef } from "react";
import { useTranslation } from "react-i18next";
import settings from "../Settings.module.css";
import { insertAt, markOf, type Variable } from "./variables";

/** Puts a piece where the caret is in the text field inside `ref`, and the caret behind it. */
export function useInsert(
  text: string,
  onText: (text: string) => void,
): { ref: RefObject<HTMLDivElement | null>; run: (name: Variable) => void } {
  const ref = useRef<HTMLDivElement>(null);
  const run = (name: Variable): void => {
    const field = ref.current?.querySelector("textarea");
    const [from, to] = field ? [field.selectionStart, field.selectionEnd] : [text.length, text.length];
    const next = insertAt(text, from, to, markOf(name));
    onText(next.text);
    if (!field) return;
    field.focus();
    requestAnimationFrame(() => field.setSelectionRange(next.caret, next.caret));
  };
  return { ref, run };
}

interface ButtonsProps {
  names: readonly Variable[];
  onInsert: (name: Variable) => void;
}

export function VariableButtons({ names, onInsert }: ButtonsProps) {
  const { t } = useTranslation();
  return (
    <fieldset className={settings.chips} aria-label={t("template.insert")}>
      {names.map((name) => (
        <Button key={name} size="sm" icon="plus" title={markOf(name)} onClick={() => onInsert(name)}>
          {t(`variable.${name.replace(".", "_")}`)}
        </Button>
      ))}
    </fieldset>
  );
}
