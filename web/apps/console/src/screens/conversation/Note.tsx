import { Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import { NO_RECEIPTS } from "../../lib/hooks";
import { Attachments } from "./Attachments";
import { deliveryOf } from "./delivery";
import { FailedLine } from "./FailedLine";
import { HeldLine } from "./HeldLine";
import css from "./Message.module.css";
import { MessageText } from "./MessageText";
import type { Block } from "./stream";

type NoteBlock = Extract<Block, { type: "note" }>;

export function Note({ block }: { block: NoteBlock }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { bubble } = block;
  const delivery = deliveryOf(bubble, NO_RECEIPTS);
  return (
    <article
      className={css.note}
      data-testid="message"
      data-kind="note"
      data-message-id={bubble.id ?? undefined}
      data-client-id={bubble.clientId ?? undefined}
      data-delivery={bubble.entry ? delivery : "sent"}
    >
      <header>
        <Icon name="lock" />
        <strong>{t("message.note")}</strong>
        <span className={css.noteHint}>{t("message.note_hint")}</span>
        <span className={css.grow} />
        <span>{block.author.name}</span>
        <time dateTime={new Date(bubble.at).toISOString()} title={format.full(bubble.at)}>
          {format.clock(bubble.at)}
        </time>
      </header>
      {bubble.text && <MessageText text={bubble.text} />}
      <Attachments items={bubble.attachments} />
      {bubble.entry && bubble.isHeld && <HeldLine entry={bubble.entry} />}
      {bubble.entry?.phase === "failed" && <FailedLine entry={bubble.entry} />}
    </article>
  );
}
