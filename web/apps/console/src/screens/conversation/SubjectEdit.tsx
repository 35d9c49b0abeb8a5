import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ShownTicket } from "../../lib/hooks";
import { patch } from "./actions";
import css from "./Header.module.css";

const MAX = 200;

/** The subject; a press turns it into a field, Enter or leaving saves, Escape does not. */
export function SubjectEdit({ ticket, canEdit }: { ticket: ShownTicket; canEdit: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const isEditing = text !== null;
  const shown = ticket.subject || t("conversation.no_subject");

  useEffect(() => {
    if (isEditing) input.current?.select();
  }, [isEditing]);

  if (!canEdit) return <h2 title={shown}>{shown}</h2>;
  const handleSave = (): void => {
    const next = text?.trim() ?? "";
    setText(null);
    if (next && next !== ticket.subject) void patch(ticket, { subject: next });
  };
  if (isEditing) {
    return (
      <input
        ref={input}
        className={css.subjectInput}
        value={text}
        maxLength={MAX}
        aria-label={t("conversation.subject")}
        onChange={(event) => setText(event.target.value)}
        onBlur={handleSave}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") handleSave();
          if (event.key === "Escape") setText(null);
        }}
        data-testid="subject-input"
      />
    );
  }
  return (
    <h2>
      <button
        type="button"
        className={css.subject}
        title={t("conversation.edit_subject")}
        onClick={() => setText(ticket.subject)}
        data-testid="subject"
      >
        {shown}
      </button>
    </h2>
  );
}
