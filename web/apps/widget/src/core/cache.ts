import type { Colours } from "../shared/accent";
import { decodeConversation, decodeMessage, list, record } from "./decode";
import type { Thread } from "./thread";
import { read, write } from "./vault";
import type { Conversation, Cursor, Id } from "./wire";

export const VISITOR = "visitor";

/**
 * All that stays on the visitor's device besides unsent messages: the opaque token, where the event stream was, whose
 * session it is, the shop's colours, and the tail of the conversation read last.
 */
export interface Visit {
  token?: string | undefined;
  cursor?: Cursor | null | undefined;
  external_id?: string | null | undefined;
  colours?: Colours | null | undefined;
  conversations: Conversation[];
  thread_id?: Id | null | undefined;
  thread?: Thread | null | undefined;
  unrated: Id[];
}

export function readVisit(): Visit {
  const stored = record(read(VISITOR)) as unknown as Visit;
  const messages = list(stored.thread?.messages, decodeMessage);
  return {
    ...stored,
    conversations: list(stored.conversations, decodeConversation),
    thread: messages.length ? { messages, has_more: !!stored.thread?.has_more } : null,
    unrated: stored.unrated ?? [],
  };
}

export function writeVisit(visit: Visit): void {
  const { thread, conversations } = visit;
  write(VISITOR, {
    ...visit,
    conversations: conversations.slice(0, 20),
    thread: thread && {
      messages: thread.messages.slice(-100),
      has_more: thread.has_more || thread.messages.length > 100,
    },
  });
}
