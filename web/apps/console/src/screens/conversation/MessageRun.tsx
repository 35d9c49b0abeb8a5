import type { CustomerBrief } from "@parley/protocol";
import { Avatar, cx } from "@parley/ui";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { type Format, useFormat } from "../../lib/format";
import { useReceipts } from "../../lib/hooks";
import { customerName } from "../../lib/people";
import { Attachments } from "./Attachments";
import { type Delivery, readDeliveries, writeDeliveries } from "./delivery";
import { FailedLine } from "./FailedLine";
import { HeldLine } from "./HeldLine";
import css from "./Message.module.css";
import { MessageText } from "./MessageText";
import type { Block, Bubble } from "./stream";
import { Ticks } from "./Ticks";

type RunBlock = Extract<Block, { type: "run" }>;

/** The customer, as far as his messages show him. */
export type Speaker = Pick<CustomerBrief, "id" | "name" | "locale">;

interface MessageRunProps {
  block: RunBlock;
  ticketId: number;
  customer: Speaker;
}

export function MessageRun({ block, ticketId, customer }: MessageRunProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const isTheirs = block.author.kind === "customer";
  const states = readDeliveries(
    useReceipts(ticketId, (receipts) => (isTheirs ? "" : writeDeliveries(block.bubbles, receipts))),
  );
  const last = block.bubbles.at(-1);
  if (!last) return null;
  const speaker = isTheirs
    ? customerName({ id: customer.id, name: block.author.name || customer.name })
    : block.isMine
      ? t("message.you")
      : block.author.name;
  return (
    <article className={cx(css.run, isTheirs ? css.theirs : css.ours)} aria-label={speaker}>
      {isTheirs && <Avatar id={customer.id} name={customer.name} size="sm" />}
      <div className={css.column}>
        {block.bubbles.map((bubble, index) => (
          <BubbleView
            key={bubble.key}
            bubble={bubble}
            isLast={index === block.bubbles.length - 1}
            delivery={isTheirs ? "received" : states[index]}
            language={isTheirs ? customer.locale || undefined : undefined}
            format={format}
          />
        ))}
        <p className={css.meta}>
          {!isTheirs && <span>{speaker}</span>}
          <time dateTime={new Date(last.at).toISOString()}>{format.clock(last.at)}</time>
          {!isTheirs && <Ticks state={states.at(-1)} />}
        </p>
        {block.bubbles.map((bubble) =>
          bubble.entry?.phase === "failed" ? <FailedLine key={bubble.key} entry={bubble.entry} /> : null,
        )}
      </div>
    </article>
  );
}

interface BubbleProps {
  bubble: Bubble;
  isLast: boolean;
  delivery: Delivery | "received" | undefined;
  language: string | undefined;
  format: Format;
}

const BubbleView = memo(function BubbleView({ bubble, isLast, delivery, language, format }: BubbleProps) {
  return (
    <>
      <div
        className={cx(css.bubble, isLast && css.tail, bubble.entry && css.unsent, delivery === "failed" && css.failed)}
        lang={language}
        title={format.full(bubble.at)}
        data-testid="message"
        data-message-id={bubble.id ?? undefined}
        data-client-id={bubble.clientId ?? undefined}
        data-delivery={delivery}
      >
        {bubble.text && <MessageText text={bubble.text} />}
        {bubble.attachments.length > 0 && <Attachments items={bubble.attachments} />}
      </div>
      {bubble.entry && bubble.isHeld && <HeldLine entry={bubble.entry} />}
    </>
  );
});
