/** The shapes of docs/api.md that a visitor sees. Nothing here runs. */

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

export interface Session {
  visitor_token: string;
  customer: Customer;
  inbox: Inbox;
  workspace: { name: string };
  conversations: Conversation[];
  socket_cursor: Cursor;
}

export interface Posted {
  conversation: Conversation;
  message: Message;
}

export interface Page {
  items: Message[];
  has_more: boolean;
  conversation: Conversation | null;
}

export interface Frame {
  type: string;
  payload: Record<string, unknown>;
  cursor: Cursor | null;
}
