import { decodeConversation, decodeCursor, decodeMessage, list, number, record, string } from "./decode";
import type { Thread } from "./thread";
import type { Vault } from "./vault";
import type { Conversation, Cursor, Id } from "./wire";

const NAME = "visitor";
const KEEP_MESSAGES = 100;
const KEEP_CONVERSATIONS = 20;

/**
 * All that stays on the visitor's device besides unsent messages: the opaque token, where the event stream was, whose
 * session it is, the shop's colour, and the tail of the conversation read last.
 */
export interface Visit {
  token: string | null;
  cursor: Cursor | null;
  external_id: string | null;
  accent: string | null;
  conversations: Conversation[];
  thread_id: Id | null;
  thread: Thread | null;
  unrated: Id[];
}

export const EMPTY_VISIT: Visit = {
  token: null,
  cursor: null,
  external_id: null,
  accent: null,
  conversations: [],
  thread_id: null,
  thread: null,
  unrated: [],
};

export function readVisit(vault: Vault): Visit {
  const stored = record(vault.read(NAME));
  const thread = record(stored.thread);
  const messages = list(thread.messages, decodeMessage);
  return {
    token: string(stored.token),
    cursor: decodeCursor(stored.cursor),
    external_id: string(stored.external_id),
    accent: string(stored.accent),
    conversations: list(stored.conversations, decodeConversation),
    thread_id: number(stored.thread_id),
    thread: messages.length ? { messages, has_more: thread.has_more === true } : null,
    unrated: list(stored.unrated, number),
  };
}

export function writeVisit(vault: Vault, visit: Visit): void {
  const { thread } = visit;
  vault.write(NAME, {
    ...visit,
    conversations: visit.conversations.slice(0, KEEP_CONVERSATIONS),
    thread: thread && {
      messages: thread.messages.slice(-KEEP_MESSAGES),
      has_more: thread.has_more || thread.messages.length > KEEP_MESSAGES,
    },
  });
}

export function eraseVisit(vault: Vault): void {
  vault.erase(NAME);
}
