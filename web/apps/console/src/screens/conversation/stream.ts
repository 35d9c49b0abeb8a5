import { heldOf, type OutboxEntry } from "@parley/client";
import type { Attachment, Author, Message, MessageDelivery, MessageEmail } from "@parley/protocol";

/** A message as it is drawn: stored, or still in the outbox. */
export interface Bubble {
  key: string;
  id: number | null;
  clientId: string | null;
  text: string;
  attachments: readonly Attachment[];
  at: number;
  entry: OutboxEntry | null;
  /** Waits for the agent's word, itself or because of one before it. */
  isHeld: boolean;
  /** Both null outside e-mail, and while it is still in the outbox. */
  email: MessageEmail | null;
  delivery: MessageDelivery | null;
}

export type Block =
  | { type: "day"; key: string; at: number }
  | { type: "news"; key: string }
  | { type: "run"; key: string; author: Author; isMine: boolean; bubbles: Bubble[] }
  | { type: "mail"; key: string; author: Author; isMine: boolean; bubble: Bubble }
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
/** A message that comes is drawn with its whole run, so a monologue is cut now and then. */
const RUN_MAX = 12;

const bubbles = new WeakMap<Message, Bubble>();

/** The same object for the same message, so that a run that grows draws only what is new. */
function stored(message: Message): Bubble {
  const known = bubbles.get(message);
  if (known) return known;
  const bubble: Bubble = {
    key: message.client_id ?? `m${message.id}`,
    id: message.id,
    clientId: message.client_id,
    text: message.text,
    attachments: message.attachments,
    at: message.created_at,
    entry: null,
    isHeld: false,
    email: message.email,
    delivery: message.delivery,
  };
  bubbles.set(message, bubble);
  return bubble;
}

function waiting(entry: OutboxEntry, isHeld: boolean): Bubble {
  const { clientId, text, attachments, createdAt } = entry;
  const rest = { id: null, clientId, text, attachments, email: null, delivery: null };
  return { ...rest, key: clientId, at: createdAt, entry, isHeld };
}

function isMe(author: Author, me: Author): boolean {
  return author.kind === "agent" && author.id === me.id;
}

function sameBubbles(a: readonly Bubble[], b: readonly Bubble[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const other = b[index];
      if (one === other) return true;
      return (
        one.key === other?.key &&
        one.id === other.id &&
        one.text === other.text &&
        one.attachments === other.attachments &&
        one.entry === other.entry &&
        one.isHeld === other.isHeld &&
        one.email === other.email &&
        one.delivery === other.delivery
      );
    })
  );
}

function sameBlock(a: Block, b: Block): boolean {
  switch (b.type) {
    case "day":
    case "news":
      return a.type === b.type;
    case "run":
      return a.type === "run" && a.author.name === b.author.name && sameBubbles(a.bubbles, b.bubbles);
    case "mail":
      return a.type === "mail" && a.author.name === b.author.name && sameBubbles([a.bubble], [b.bubble]);
    case "note":
      return a.type === "note" && a.author.name === b.author.name && sameBubbles([a.bubble], [b.bubble]);
    case "events":
      return (
        a.type === "events" &&
        a.messages.length === b.messages.length &&
        a.messages.every((message, index) => message === b.messages[index])
      );
  }
}

/** Takes over the old objects of blocks that did not change, so that only the others are drawn again. */
export function keepBlocks(old: readonly Block[], fresh: readonly Block[]): Block[] {
  const byKey = new Map(old.map((block) => [block.key, block]));
  return fresh.map((block) => {
    const known = byKey.get(block.key);
    return known && sameBlock(known, block) ? known : block;
  });
}

/** Orders everything into days, runs of one speaker, e-mails, notes and merged system lines. Pure. */
export function buildStream({ messages, outbox, me, newsAfterId }: StreamInput): Block[] {
  const blocks: Block[] = [];
  let day = 0;
  let dayEnd = 0;
  let hasNews = false;

  const markDay = (at: number): void => {
    if (at >= day && at < dayEnd) return;
    day = new Date(at).setHours(0, 0, 0, 0);
    dayEnd = new Date(at).setHours(24, 0, 0, 0);
    blocks.push({ type: "day", key: `d${day}`, at });
  };
  const addBubble = (kind: "reply" | "note", author: Author, bubble: Bubble): void => {
    if (kind === "note") {
      blocks.push({ type: "note", key: bubble.key, author, bubble });
      return;
    }
    if (bubble.email || bubble.entry?.mail) {
      blocks.push({ type: "mail", key: bubble.key, author, isMine: isMe(author, me), bubble });
      return;
    }
    const last = blocks.at(-1);
    const run = last?.type === "run" && last.author.kind === author.kind && last.author.id === author.id ? last : null;
    const before = run?.bubbles.at(-1);
    const isOngoing = run && before && bubble.at - before.at < RUN_GAP_MS && run.bubbles.length < RUN_MAX;
    if (isOngoing) run.bubbles.push(bubble);
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
  const isHeld = heldOf(outbox).length > 0;
  for (const entry of outbox) {
    if (arrived.has(entry.clientId)) continue;
    markDay(entry.createdAt);
    addBubble(entry.kind, me, waiting(entry, isHeld));
  }
  return blocks;
}
