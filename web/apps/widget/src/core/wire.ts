/** The shapes of docs/api.md that a visitor sees; `wire.check.ts` compares them with the server's. Nothing here runs. */

export type Id = number;
export type Cursor = string | number;

export interface Attachment {
  id: Id;
  name: string;
  content_type: string;
  size: number;
  width: number | null;
  height: number | null;
  url: string;
}

export interface Message {
  id: Id;
  client_id: string | null;
  kind: "reply" | "note" | "system";
  author: { kind: "customer" | "agent" | "system"; id: Id | null; name: string | null };
  text: string;
  code: string | null;
  params: Record<string, unknown>;
  attachments: Attachment[];
  created_at: number;
}

export interface LastMessage {
  id: Id;
  author_kind: "customer" | "agent" | "system";
  text: string;
  has_attachments: boolean;
  created_at: number;
}

export interface Agent {
  id: Id;
  name: string;
  is_online: boolean;
}

export interface Conversation {
  id: Id;
  state: "queued" | "open" | "closed";
  agent: Agent | null;
  queue: { position: number } | null;
  rating: { score: number } | null;
  can_rate: boolean;
  created_at: number;
  updated_at: number;
  last_message: LastMessage | null;
  agent_read_message_id: Id | null;
  agent_delivered_message_id: Id | null;
  unread_count: number;
  /** Ours, not the wire's: the newest message that is part of `unread_count`. */
  counted_up_to: Id;
}

export interface Inbox {
  name: string;
  accent: string;
  greeting: string;
  locale: string;
  is_open: boolean;
  opens_at: number | null;
  prechat: { is_enabled: boolean; fields: string[] };
  agents_online: number;
  upload_max_bytes: number;
}

export interface Customer {
  id: Id;
  name: string | null;
  email: string | null;
  is_verified: boolean;
}

/** Fields of anything that came from outside. */
export type Json = Record<string, unknown>;

export interface Page {
  items_: Message[];
  has_more_: boolean;
  conversation_: Conversation | null;
  message_: Message | null;
}

/** Of all types; which fields are there depends on `type`. */
export interface Payload extends Json {
  conversation_id?: Id;
  message_id?: Id;
  by?: "customer" | "agent";
  is_typing?: boolean;
  author?: Message["author"];
  position?: number | null;
  agent?: Agent | null;
  agents_online?: number;
  heartbeat_ms?: number;
  resumed?: boolean;
  cursor?: Cursor;
}

export interface Frame {
  type: string;
  payload: Payload;
  cursor?: Cursor | null;
}

/** Who starts a conversation, from the form in front of it. */
export interface Who {
  name?: string | undefined;
  email?: string | undefined;
}

/**
 * A message the server has not confirmed. `to` is a conversation, or the client id of the pending message that starts
 * it (its own, for that message). The client id never changes, so sending twice is the same as sending once.
 */
export interface Pending {
  client_id: string;
  to: Id | string;
  text: string;
  attachments: Attachment[];
  who: Who;
  at: number;
  has_failed: boolean;
}
