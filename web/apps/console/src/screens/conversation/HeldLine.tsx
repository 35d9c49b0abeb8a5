import type { OutboxEntry } from "@parley/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { MAX_LENGTH } from "../composer/limits";
import css from "./Message.module.css";

/** Under a held message: another wording in its place, or away with it. The banner above the composer sends. */
export function HeldLine({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const [isEditing, setIsEditing] = useState(false);
  if (isEditing) return <HeldEdit entry={entry} onClose={() => setIsEditing(false)} />;
  return (
    <p className={css.heldLine}>
      <span>{t("delivery.held")}</span>
      <button type="button" onClick={() => setIsEditing(true)} data-testid="held-edit">
        {t("common.edit")}
      </button>
      <button type="button" onClick={() => desk.outbox?.discard(entry.clientId)} data-testid="held-discard">
        {t("common.discard")}
      </button>
    </p>
  );
}

/** Every keystroke is kept at once: whatever is sent or reloaded meanwhile, it is the newest wording. */
function HeldEdit({ entry, onClose }: { entry: OutboxEntry; onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(entry.text);
  const [original] = useState(entry.text);
  const canSend = (wording: string): boolean => wording.trim() !== "" || entry.attachments.length > 0;
  const keep = (next: string): void => {
    setText(next);
    if (canSend(next)) desk.outbox?.edit(entry.clientId, next.trim());
  };
  const handleEnd = (): void => {
    if (!canSend(text)) desk.outbox?.edit(entry.clientId, original);
    onClose();
  };
  return (
    <textarea
      // biome-ignore lint/a11y/noAutofocus: the agent has just asked to write here
      autoFocus
      className={css.heldEdit}
      rows={3}
      maxLength={MAX_LENGTH}
      value={text}
      aria-label={t("common.edit")}
      data-testid="held-input"
      onChange={(event) => keep(event.target.value)}
      onBlur={handleEnd}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        const isDone = event.key === "Enter" && (event.ctrlKey || event.metaKey);
        if (isDone || event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}
