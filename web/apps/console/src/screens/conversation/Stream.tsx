import { Avatar, Button, Dots, later, Skeleton } from "@parley/ui";
import { memo, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import { type ShownTicket, useLog, useMe, useOutbox, useTyping } from "../../lib/hooks";
import { customerName, firstName } from "../../lib/people";
import { EventLines } from "./EventLines";
import { MessageRun, type Speaker } from "./MessageRun";
import { Note } from "./Note";
import css from "./Stream.module.css";
import { type Block, buildStream, keepBlocks } from "./stream";
import { useStickyScroll } from "./useStickyScroll";

const MailMessage = later(() => import("./mail/MailMessage"));

interface StreamProps {
  ticket: ShownTicket;
  newsAfterId: number | null;
  onSeenBottom: (isSeen: boolean) => void;
}

/** Apart from the composer: what is being written draws no message again. */
export const Stream = memo(function Stream(props: StreamProps) {
  const { t } = useTranslation();
  return <Live {...props} label={t("conversation.messages")} />;
});

/** Drawn with every message of the ticket: what takes words or knows nothing of the messages is not in here. */
function Live({ ticket, newsAfterId, onSeenBottom, label }: StreamProps & { label: string }) {
  const log = useLog(ticket.id);
  const outbox = useOutbox(ticket.id);
  const agent = useMe()?.agent;
  const drawn = useRef<readonly Block[]>([]);
  const blocks = useMemo(() => {
    const me = { kind: "agent" as const, id: agent?.id ?? 0, name: agent?.name ?? "" };
    return keepBlocks(drawn.current, buildStream({ messages: log?.items ?? [], outbox, me, newsAfterId }));
  }, [log, outbox, agent, newsAfterId]);
  useEffect(() => {
    drawn.current = blocks;
  }, [blocks]);
  const { id, name, locale } = ticket.requester;
  const customer = useMemo(() => ({ id, name, locale }), [id, name, locale]);
  const scroll = useStickyScroll(ticket.id, log, outbox.length, onSeenBottom);
  return (
    <div className={css.frame}>
      <div
        className={css.stream}
        ref={scroll.scroller}
        onScroll={scroll.handleScroll}
        data-scroller
        data-testid="message-scroller"
      >
        <div className={css.inner} ref={scroll.content} role="log" aria-label={label}>
          {!log && <Loading />}
          {blocks.map((block) => (
            <BlockView key={block.key} block={block} ticketId={ticket.id} customer={customer} />
          ))}
          <Typing ticket={ticket} />
        </div>
      </div>
      {scroll.below > 0 && <ToBottom count={scroll.below} onClick={scroll.toBottom} />}
    </div>
  );
}

function Loading() {
  const { t } = useTranslation();
  return <Skeleton rows={4} label={t("common.loading")} />;
}

function ToBottom({ count, onClick }: { count: number; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Button size="sm" className={css.below} icon="down" onClick={onClick} data-testid="to-bottom">
      {t("conversation.new_below", { count })}
    </Button>
  );
}

interface BlockViewProps {
  block: Block;
  ticketId: number;
  customer: Speaker;
}

const BlockView = memo(function BlockView({ block, ticketId, customer }: BlockViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  switch (block.type) {
    case "day":
      return (
        <p className={css.divider}>
          <span>{format.day(block.at)}</span>
        </p>
      );
    case "news":
      return (
        <p className={`${css.divider} ${css.isNew}`} id="news-divider" data-testid="news-divider">
          <span>{t("conversation.news")}</span>
        </p>
      );
    case "run":
      return <MessageRun block={block} ticketId={ticketId} customer={customer} />;
    case "mail":
      return <MailMessage block={block} ticketId={ticketId} customer={customer} />;
    case "note":
      return <Note block={block} />;
    case "events":
      return <EventLines messages={block.messages} />;
  }
});

const Typing = memo(function Typing({ ticket }: { ticket: ShownTicket }) {
  const { t } = useTranslation();
  const typing = useTyping(ticket.id);
  if (typing === null) return null;
  const name = typing || customerName(ticket.requester);
  return (
    <p className={css.typing} data-testid="typing-indicator">
      <Avatar id={ticket.requester.id} name={ticket.requester.name} size="sm" />
      <Dots />
      <span>{t("typing.customer", { name: firstName(name) })}</span>
    </p>
  );
});
