import { cx } from "@parley/ui";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { fillTemplate, findTemplates, type TemplateValues } from "./fill";
import css from "./TemplateList.module.css";

export const TEMPLATE_LIST_ID = "template-list";

export function templateOptionId(id: number): string {
  return `template-${id}`;
}

interface TemplateListProps {
  query: string;
  /** Language of the customer. */
  locale: string;
  values: TemplateValues;
  /** The text, with its variables filled in. */
  onPick: (text: string) => void;
  onClose: () => void;
  onActive: (optionId: string | undefined) => void;
  /** The field that is written in gives its keys here first; true: the key was for the list. */
  keys: RefObject<((key: string) => boolean) | null>;
}

/** What the slash opens: the field keeps the focus, arrows and Enter act here. */
export default function TemplateList({ query, locale, values, onPick, onClose, onActive, keys }: TemplateListProps) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const { data } = useQuery({ queryKey: ["templates"], queryFn: () => desk.api.templates(), staleTime: 60_000 });
  const found = findTemplates(data?.items ?? [], query, locale);
  const index = Math.min(at, Math.max(0, found.length - 1));
  const active = found[index];
  const isNothing = data !== undefined && found.length === 0;

  useEffect(() => setAt(0), [query]);
  useEffect(() => {
    onActive(active && templateOptionId(active.id));
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [active, onActive]);
  useEffect(() => () => onActive(undefined), [onActive]);
  // Somebody who writes on after a slash meant no template.
  useEffect(() => {
    if (isNothing && query.length > 2) onClose();
  }, [isNothing, query, onClose]);

  useEffect(() => {
    keys.current = (key) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[key];
      if (key === "Escape") onClose();
      else if (step !== undefined && found.length > 0) setAt((index + step + found.length) % found.length);
      else if ((key === "Enter" || key === "Tab") && active) onPick(fillTemplate(active.text, values));
      else return false;
      return true;
    };
    return () => {
      keys.current = null;
    };
  });

  if (!data) return null;
  return (
    <div className={css.box} data-testid="template-list">
      <div ref={list} id={TEMPLATE_LIST_ID} className={css.list} role="listbox" aria-label={t("email.templates")}>
        {found.map((template, position) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys
          <div
            key={template.id}
            id={templateOptionId(template.id)}
            role="option"
            tabIndex={-1}
            aria-selected={template === active}
            className={cx(css.item, template === active && css.active)}
            // The field keeps the focus, and with it the place to insert at.
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => setAt(position)}
            onClick={() => onPick(fillTemplate(template.text, values))}
            data-testid="template-option"
          >
            <span className={css.name}>{template.name}</span>
            {template.shortcut && <kbd>/{template.shortcut}</kbd>}
            <span className={css.text}>{fillTemplate(template.text, values).replace(/\s+/g, " ").slice(0, 140)}</span>
          </div>
        ))}
      </div>
      {isNothing && <p className={css.nothing}>{t("email.no_templates")}</p>}
    </div>
  );
}
