import { NOT_TOLD } from "./decode";
import type { Conversation, Id, Message, Pending } from "./wire";

/** What is known of one conversation. Messages are in order of id; `has_more`: the server has older ones. */
export interface Thread {
  messages: Message[];
  has_more: boolean;
}

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
  const merged = { ...base };
  if (base.unread_count === NOT_TOLD) merged.unread_count = old?.unread_count ?? 0;
  for (const mark of ["counted_up_to", "agent_read_message_id", "agent_delivered_message_id"] as const)
    merged[mark] = later(old?.[mark], incoming[mark]);
  return [...known.filter((conversation) => conversation !== old), merged].sort(
    (a, b) => b.updated_at - a.updated_at || b.id - a.id,
  );
}

/**
 * One more unread message, unless it was counted before. The last message of the conversation does not tell: an event
 * about its state may already carry the message whose own event is still to come.
 */
export function countMessage(it: Conversation, message: Message): void {
  if (message.author.kind !== "agent" || message.id <= it.counted_up_to) return;
  it.unread_count++;
  it.counted_up_to = message.id;
}

export const later = (a: Id | null | undefined, b?: Id | null): Id => Math.max(a ?? 0, b ?? 0);

export type Delivery = "sending" | "sent" | "delivered" | "read" | "failed";

export function deliveryOf({ id }: Message, conversation: Conversation | undefined): Delivery {
  const marks = ["read", "delivered"] as const;
  return marks.find((mark) => id <= later(conversation?.[`agent_${mark}_message_id`])) ?? "sent";
}

/** Pending messages of a conversation whose echo has not come yet. */
export function pendingFor(
  pending: readonly Pending[],
  to: Id | string | null,
  messages: readonly Message[],
): Pending[] {
  return pending.filter((item) => item.to === to && !messages.some((message) => message.client_id === item.client_id));
}
