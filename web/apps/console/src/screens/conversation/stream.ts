import type { OutboxEntry } from "@parley/client";
import type { Attachment, Author, Message } from "@parley/protocol";

/** A message as it is drawn: stored, or still in the outbox. */
export interface Bubble {
  key: string;
  id: number | null;
  clientId: string | null;
  text: string;
  attachments: readonly Attachment[];
  at: number;
  entry: OutboxEntry | null;
}

export type Block =
  | { type: "day"; key: string; at: number }
  | { type: "news"; key: string }
  | { type: "run"; key: string; author: Author; isMine: boolean; bubbles: Bubble[] }
  | { type: "note"; key: string; author: Author; bubble: Bubble }
  | { type: "events"; key: string; messages: Message[] };

export interface StreamInput {
  messages: readonly Message[];
  outbox: readonly OutboxEntry[];
  me: Author;
  /** The news divider stands before the first message with a greater id that is not mine. */
  newsAfterId: number | null;
}

const RUN_GAP_MS = 5 * 60_000;

function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function stored(message: Message): Bubble {
  return {
    key: message.client_id ?? `m${message.id}`,
    id: message.id,
    clientId: message.client_id,
    text: message.text,
    attachments: message.attachments,
    at: message.created_at,
    entry: null,
  };
}

function waiting(entry: OutboxEntry): Bubble {
  const { clientId, text, attachments, createdAt } = entry;
  return { key: clientId, id: null, clientId, text, attachments, at: createdAt, entry };
}

function isMe(author: Author, me: Author): boolean {
  return author.kind === "agent" && author.id === me.id;
}

/** Orders everything into days, runs of one speaker, notes and merged system lines. Pure. */
export function buildStream({ messages, outbox, me, newsAfterId }: StreamInput): Block[] {
  const blocks: Block[] = [];
  let day = 0;
  let hasNews = false;

  const markDay = (at: number): void => {
    if (dayOf(at) === day) return;
    day = dayOf(at);
    blocks.push({ type: "day", key: `d${day}`, at });
  };
  const addBubble = (kind: "reply" | "note", author: Author, bubble: Bubble): void => {
    if (kind === "note") {
      blocks.push({ type: "note", key: bubble.key, author, bubble });
      return;
    }
    const last = blocks.at(-1);
    const previous = last?.type === "run" ? last.bubbles.at(-1) : undefined;
    const isSame = last?.type === "run" && last.author.kind === author.kind && last.author.id === author.id;
    if (isSame && previous && bubble.at - previous.at < RUN_GAP_MS) last.bubbles.push(bubble);
    else blocks.push({ type: "run", key: bubble.key, author, isMine: isMe(author, me), bubbles: [bubble] });
  };

  const arrived = new Set<string>();
  for (const message of messages) {
    if (message.client_id) arrived.add(message.client_id);
    markDay(message.created_at);
    if (message.kind === "system") {
      const last = blocks.at(-1);
      if (last?.type === "events") last.messages.push(message);
      else blocks.push({ type: "events", key: `e${message.id}`, messages: [message] });
      continue;
    }
    if (!hasNews && newsAfterId !== null && message.id > newsAfterId && !isMe(message.author, me)) {
      hasNews = true;
      blocks.push({ type: "news", key: "news" });
    }
    addBubble(message.kind, message.author, stored(message));
  }
  for (const entry of outbox) {
    if (arrived.has(entry.clientId) || entry.phase === "guarded") continue;
    markDay(entry.createdAt);
    addBubble(entry.kind, me, waiting(entry));
  }
  return blocks;
}
