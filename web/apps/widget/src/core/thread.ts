import { NOT_TOLD } from "./decode";
import type { Pending } from "./outbox";
import type { Conversation, Id, Message } from "./wire";

/** What is known of one conversation. Messages are in order of id; `has_more`: the server has older ones. */
export interface Thread {
  messages: Message[];
  has_more: boolean;
}

export type Delivery = "sending" | "sent" | "delivered" | "read" | "failed";

/** By id: a message that arrives twice (echo, refetch, resume) replaces itself. */
export function mergeMessages(known: readonly Message[], incoming: readonly Message[]): Message[] {
  const by_id = new Map(known.map((message) => [message.id, message]));
  for (const message of incoming) if (message.kind !== "note") by_id.set(message.id, message);
  return [...by_id.values()].sort((a, b) => a.id - b.id);
}

/** An answer and an event may overtake each other: the newer one wins, marks only move forward. Newest first. */
export function mergeConversation(known: readonly Conversation[], incoming: Conversation): Conversation[] {
  const old = known.find((conversation) => conversation.id === incoming.id);
  const base = old && old.updated_at > incoming.updated_at ? old : incoming;
  const merged = {
    ...base,
    unread_count: base.unread_count === NOT_TOLD ? (old?.unread_count ?? 0) : base.unread_count,
    counted_up_to: Math.max(old?.counted_up_to ?? 0, base.counted_up_to),
    agent_read_message_id: later(old?.agent_read_message_id ?? null, incoming.agent_read_message_id),
    agent_delivered_message_id: later(old?.agent_delivered_message_id ?? null, incoming.agent_delivered_message_id),
  };
  return [...known.filter((conversation) => conversation.id !== incoming.id), merged].sort(
    (a, b) => b.updated_at - a.updated_at || b.id - a.id,
  );
}

/**
 * One more unread message, unless it was counted before. The last message of the conversation does not tell: an event
 * about its state may already carry the message whose own event is still to come.
 */
export function countMessage(it: Conversation, message: Message): Partial<Conversation> {
  if (message.author.kind !== "agent" || message.id <= it.counted_up_to) return {};
  return { unread_count: it.unread_count + 1, counted_up_to: message.id };
}

export function later(a: Id | null, b: Id | null): Id | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

export function deliveryOf(message: Message, conversation: Conversation | null): Delivery {
  const reached = (mark: Id | null | undefined) => (mark ?? 0) >= message.id;
  if (reached(conversation?.agent_read_message_id)) return "read";
  return reached(conversation?.agent_delivered_message_id) ? "delivered" : "sent";
}

/** Pending messages of a conversation whose echo has not come yet. */
export function pendingFor(
  pending: readonly Pending[],
  to: Id | string | null,
  messages: readonly Message[],
): Pending[] {
  const confirmed = new Set(messages.map((message) => message.client_id));
  return pending.filter((item) => item.to === to && !confirmed.has(item.client_id));
}

export function unreadTotal(conversations: readonly Conversation[]): number {
  return conversations.reduce((sum, conversation) => sum + conversation.unread_count, 0);
}
