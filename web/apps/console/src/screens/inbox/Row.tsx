import type { Ticket, Viewer } from "@parley/protocol";
import { Avatar, ChannelMark, cx, Dots, Icon } from "@parley/ui";
import { memo } from "react";
import { useNow } from "../../lib/clock";
import { useRowTicket } from "../../lib/hooks";
import { firstName } from "../../lib/people";
import css from "./List.module.css";
import type { RowWords } from "./useRowWords";

interface RowProps {
  id: number;
  top: number;
  position: number;
  total: number;
  /** Whether a line parts it from the row above. */
  hasLine: boolean;
  isSelected: boolean;
  isActive: boolean;
  words: RowWords;
}

/** The place of a ticket in the list. Knows nothing of the ticket: a row that only moves draws nothing in itself again. */
export const Row = memo(function Row({ id, top, position, total, hasLine, isSelected, isActive, words }: RowProps) {
  return (
    <div
      id={`row-${id}`}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      aria-posinset={position}
      aria-setsize={total}
      className={cx(css.row, hasLine && css.hasLine, isSelected && css.isSelected, isActive && css.isActive)}
      style={{ transform: `translateY(${top}px)` }}
      data-testid="ticket-row"
      data-ticket-id={id}
    >
      <RowContent id={id} isSelected={isSelected} words={words} />
    </div>
  );
});

/** What a row says of its ticket. */
const RowContent = memo(function RowContent({ id, isSelected, words }: Pick<RowProps, "id" | "isSelected" | "words">) {
  const { ticket, readCount, typing, viewers } = useRowTicket(id);
  if (!ticket) return null;
  const unread = isSelected ? 0 : Math.max(0, ticket.customer_message_count - readCount);
  const name = ticket.requester.name || words.unnamed(ticket.requester.id);
  return (
    <div className={cx(css.content, unread > 0 && css.isUnread)}>
      <span className={css.face}>
        <Avatar id={ticket.requester.id} name={ticket.requester.name} size="row">
          <ChannelMark channel={ticket.channel} />
        </Avatar>
      </span>
      <div className={css.body}>
        <div className={css.line}>
          <span className={css.name} lang={ticket.requester.locale || undefined} title={name}>
            {name}
          </span>
          <PriorityMark ticket={ticket} words={words} />
          <Waiting since={ticket.waiting_since} words={words} />
        </div>
        <div className={css.line}>
          <span className={css.subject} title={ticket.subject}>
            {ticket.subject || ticket.last_message?.text}
          </span>
          {unread > 0 && (
            <b className={css.badge}>
              <span aria-hidden="true">{unread}</span>
              <span className="sr-only">{words.unread(unread)}</span>
            </b>
          )}
        </div>
        <div className={css.line}>
          <Snippet ticket={ticket} typing={typing} words={words} />
          <Viewing ticket={ticket} viewers={viewers} words={words} />
          <time>{words.format.short(ticket.last_message?.created_at ?? ticket.updated_at)}</time>
        </div>
      </div>
    </div>
  );
});

const marks = { urgent: "upup", high: "up", low: "down" } as const;

function PriorityMark({ ticket, words }: { ticket: Ticket; words: RowWords }) {
  const { priority } = ticket;
  if (priority === "normal") return null;
  return (
    <span className={css[priority]} title={words.priority[priority]}>
      <Icon name={marks[priority]} />
      <span className="sr-only">{words.priority[priority]}</span>
    </span>
  );
}

/** How long the customer has been waiting for an answer; quiet, for there is no deadline behind it. */
function Waiting({ since, words }: { since: number | null; words: RowWords }) {
  const now = useNow();
  if (since === null || now - since < 60_000) return null;
  const duration = words.format.duration(now - since);
  return (
    <span className={css.meta} title={words.waiting(duration)}>
      <Icon name="clock" />
      <span className="sr-only">{words.waiting(duration)}</span>
      <span aria-hidden="true">{duration}</span>
    </span>
  );
}

function Snippet({ ticket, typing, words }: { ticket: Ticket; typing: string | null; words: RowWords }) {
  if (typing !== null) {
    return (
      <span className={cx(css.snip, css.typing)} data-testid="row-typing">
        <Dots />
        {words.typing(firstName(typing || ticket.requester.name))}
      </span>
    );
  }
  const last = ticket.last_message;
  if (!last) return <span className={css.snip} />;
  const text = last.text || (last.has_attachments ? words.attachment : "");
  return (
    <span className={css.snip}>
      {last.kind === "note" ? <Icon name="lock" /> : last.author_kind === "agent" && <Icon name="reply" />}
      {text}
    </span>
  );
}

/** Colleagues who have it open; else its owner when that is somebody else. */
function Viewing({ ticket, viewers, words }: { ticket: Ticket; viewers: readonly Viewer[]; words: RowWords }) {
  const viewer = viewers.find((item) => item.agent_id !== words.meId);
  if (viewer) {
    const name = firstName(words.agentName(viewer.agent_id));
    return (
      <span className={css.meta} title={words.viewing}>
        <Icon name={viewer.is_typing ? "edit" : "eye"} />
        {name}
      </span>
    );
  }
  if (ticket.assignee_id === null || ticket.assignee_id === words.meId) return null;
  const owner = words.agentName(ticket.assignee_id);
  return owner ? (
    <span className={css.meta} title={owner}>
      <Avatar id={ticket.assignee_id} name={owner} size="xs" />
      <span className="sr-only">{owner}</span>
    </span>
  ) : null;
}
