import type { Ticket } from "@parley/protocol";
import { Avatar, cx } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import { useReceipts } from "../../lib/hooks";
import { customerName } from "../../lib/people";
import { Attachments } from "./Attachments";
import { deliveryOf } from "./delivery";
import { FailedLine } from "./FailedLine";
import css from "./Message.module.css";
import { MessageText } from "./MessageText";
import type { Block } from "./stream";
import { Ticks } from "./Ticks";

type RunBlock = Extract<Block, { type: "run" }>;

export function MessageRun({ block, ticket }: { block: RunBlock; ticket: Ticket }) {
  const { t } = useTranslation();
  const format = useFormat();
  const receipts = useReceipts(ticket.id);
  const isTheirs = block.author.kind === "customer";
  const last = block.bubbles.at(-1);
  if (!last) return null;
  const speaker = isTheirs
    ? customerName({ id: ticket.requester.id, name: block.author.name || ticket.requester.name })
    : block.isMine
      ? t("message.you")
      : block.author.name;
  return (
    <article className={cx(css.run, isTheirs ? css.theirs : css.ours)} aria-label={speaker}>
      {isTheirs && <Avatar id={ticket.requester.id} name={ticket.requester.name} size="sm" />}
      <div className={css.column}>
        {block.bubbles.map((bubble, index) => {
          const delivery = isTheirs ? "received" : deliveryOf(bubble, receipts);
          return (
            <div
              key={bubble.key}
              className={cx(
                css.bubble,
                index === block.bubbles.length - 1 && css.tail,
                (delivery === "sending" || delivery === "failed") && css.unsent,
                delivery === "failed" && css.failed,
              )}
              lang={isTheirs ? ticket.requester.locale || undefined : undefined}
              title={format.full(bubble.at)}
              data-testid="message"
              data-message-id={bubble.id ?? undefined}
              data-client-id={bubble.clientId ?? undefined}
              data-delivery={delivery}
            >
              {bubble.text && <MessageText text={bubble.text} />}
              <Attachments items={bubble.attachments} />
            </div>
          );
        })}
        <p className={css.meta}>
          {!isTheirs && <span>{speaker}</span>}
          <time dateTime={new Date(last.at).toISOString()}>{format.clock(last.at)}</time>
          {!isTheirs && <Ticks state={deliveryOf(last, receipts)} />}
        </p>
        {block.bubbles.map((bubble) =>
          bubble.entry?.phase === "failed" ? <FailedLine key={bubble.key} entry={bubble.entry} /> : null,
        )}
      </div>
    </article>
  );
}
