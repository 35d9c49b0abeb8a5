import type { Pending } from "./outbox";
import { later, mergeConversation, mergeMessages, type Thread } from "./thread";
import type { Conversation, Customer, Id, Inbox, Message } from "./wire";

/**
 * idle: nothing was asked of the server · starting · ready · waiting: no answer, tried again · refused: this page or
 * this inbox may not chat.
 */
export type Phase = "idle" | "starting" | "ready" | "waiting" | "refused";

export interface DeskState {
  phase: Phase;
  /** Cut off for longer than a blink. */
  is_offline: boolean;
  inbox: Inbox | null;
  workspace: string;
  customer: Customer | null;
  accent: string | null;
  conversations: Conversation[];
  threads: Record<Id, Thread>;
  pending: Pending[];
  typing: Record<Id, string>;
  /** Conversations whose rating card was put away. */
  unrated: Id[];
}

export const EMPTY_STATE: DeskState = {
  phase: "idle",
  is_offline: false,
  inbox: null,
  workspace: "",
  customer: null,
  accent: null,
  conversations: [],
  threads: {},
  pending: [],
  typing: {},
  unrated: [],
};

export function withConversation(state: DeskState, conversation: Conversation): DeskState {
  return { ...state, conversations: mergeConversation(state.conversations, conversation) };
}

export function patchConversation(
  state: DeskState,
  id: Id | null,
  patch: (old: Conversation) => Partial<Conversation>,
): DeskState {
  return { ...state, conversations: state.conversations.map((c) => (c.id === id ? { ...c, ...patch(c) } : c)) };
}

export function withMessages(state: DeskState, id: Id, incoming: readonly Message[], has_more?: boolean): DeskState {
  const old = state.threads[id];
  const thread: Thread = {
    messages: mergeMessages(old?.messages ?? [], incoming),
    has_more: has_more ?? old?.has_more ?? false,
  };
  return { ...state, threads: { ...state.threads, [id]: thread } };
}

export function withTyping(state: DeskState, id: Id, name: string | null): DeskState {
  const { [id]: _, ...others } = state.typing;
  return { ...state, typing: name === null ? others : { ...others, [id]: name } };
}

/** The other side has read or received everything up to `message_id`. */
export function withMark(state: DeskState, id: Id | null, kind: "read" | "delivered", message_id: Id): DeskState {
  return patchConversation(state, id, (old) =>
    kind === "read"
      ? { agent_read_message_id: later(old.agent_read_message_id, message_id) }
      : { agent_delivered_message_id: later(old.agent_delivered_message_id, message_id) },
  );
}

export function withPresence(
  state: DeskState,
  agent: { id: Id; is_online: boolean } | null,
  online: number | null,
): DeskState {
  return {
    ...state,
    inbox: state.inbox && online !== null ? { ...state.inbox, agents_online: online } : state.inbox,
    conversations: agent
      ? state.conversations.map((c) =>
          c.agent?.id === agent.id ? { ...c, agent: { ...c.agent, is_online: agent.is_online } } : c,
        )
      : state.conversations,
  };
}
