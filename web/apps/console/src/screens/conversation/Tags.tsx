import { Icon } from "@parley/ui";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ShownTicket, useCan } from "../../lib/hooks";
import { openOverlay, useOverlay } from "../../lib/ui-state";
import { patch } from "./actions";
import { TeamMenu, TypeMenu } from "./FieldMenus";
import css from "./Header.module.css";

const MAX_TAGS = 20;
const MAX_LENGTH = 40;

/** Whose it is, what kind of matter, and its tags. */
export function Tags({ ticket, canEdit }: { ticket: ShownTicket; canEdit: boolean }) {
  const { t } = useTranslation();
  const canAssign = useCan("ticket.assign");
  const overlay = useOverlay();
  const [text, setText] = useState("");
  const isAdding = overlay === "tags" && canEdit;

  const add = (): void => {
    const tag = text.trim().slice(0, MAX_LENGTH);
    setText("");
    if (tag && !ticket.tags.includes(tag)) void patch(ticket, { tags: [...ticket.tags, tag].slice(0, MAX_TAGS) });
  };
  const handleKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      add();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setText("");
      openOverlay(null);
    }
  };
  return (
    <ul className={css.tags} aria-label={t("field.more")}>
      <li className={css.first}>
        <TeamMenu ticket={ticket} canEdit={canAssign} />
      </li>
      <li className={css.first}>
        <TypeMenu ticket={ticket} canEdit={canEdit} />
      </li>
      {ticket.tags.map((tag) => (
        <li key={tag} className={css.tag}>
          {tag}
          {canEdit && (
            <button
              type="button"
              aria-label={t("field.remove_tag", { tag })}
              onClick={() => void patch(ticket, { tags: ticket.tags.filter((item) => item !== tag) })}
            >
              <Icon name="x" />
            </button>
          )}
        </li>
      ))}
      {canEdit && (
        <li>
          {isAdding ? (
            <input
              // biome-ignore lint/a11y/noAutofocus: the agent has just asked for it
              autoFocus
              className={css.tagInput}
              value={text}
              maxLength={MAX_LENGTH}
              aria-label={t("field.new_tag")}
              placeholder={t("field.new_tag")}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={handleKey}
              onBlur={() => {
                add();
                openOverlay(null);
              }}
              data-testid="tag-input"
            />
          ) : (
            <button type="button" className={css.addTag} onClick={() => openOverlay("tags")}>
              <Icon name="plus" />
              {t("field.add_tag")}
            </button>
          )}
        </li>
      )}
    </ul>
  );
}
