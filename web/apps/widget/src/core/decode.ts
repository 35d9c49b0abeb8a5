/**
 * Every payload from outside passes here once: the fields a view cannot do without must have their type, or the item is
 * left out. This is the only file that asserts types.
 */
import type { Attachment, Conversation, Cursor, Customer, Frame, Message, Page, Posted, Session } from "./wire";

/** Events leave the unread count to us, as it depends on what was read since. */
export const NOT_TOLD = -1;

type Json = Record<string, unknown>;
type Kind = "number" | "string" | "boolean" | "object" | "array";

export const isRecord = (v: unknown): v is Json => typeof v === "object" && v !== null && !Array.isArray(v);
export const record = (v: unknown): Json => (isRecord(v) ? v : {});
export const number = (v: unknown): number | null => (typeof v === "number" ? v : null);
export const string = (v: unknown): string | null => (typeof v === "string" ? v : null);
export const decodeCursor = (v: unknown): Cursor | null => string(v) ?? number(v);

const kindOf = (v: unknown) => (Array.isArray(v) ? "array" : v === null ? "null" : typeof v);

/** A decoder for objects with at least these fields; the rest of T may be null in any case. */
export function shape<T>(fields: Record<string, Kind>): (v: unknown) => T | null {
  return (v) =>
    isRecord(v) && Object.keys(fields).every((name) => kindOf(v[name]) === fields[name]) ? (v as T) : null;
}

/** Decodes the items that can be decoded and leaves the others out. */
export function list<T>(v: unknown, decode: (item: unknown) => T | null): T[] {
  return Array.isArray(v) ? v.map(decode).filter((item): item is NonNullable<typeof item> => item !== null) : [];
}

export const decodeAttachment = shape<Attachment>({
  id: "number",
  name: "string",
  content_type: "string",
  url: "string",
});

const anyConversation = shape<Conversation>({ id: "number", state: "string", updated_at: "number" });

export function decodeConversation(v: unknown): Conversation | null {
  const conversation = anyConversation(v);
  if (!conversation) return null;
  const unread_count = number(conversation.unread_count);
  return unread_count === null
    ? { ...conversation, unread_count: NOT_TOLD, counted_up_to: NOT_TOLD }
    : { ...conversation, unread_count, counted_up_to: conversation.last_message?.id ?? 0 };
}

export const decodeCustomer = shape<Customer>({ id: "number" });

const anyMessage = shape<Message>({
  id: "number",
  kind: "string",
  author: "object",
  text: "string",
  created_at: "number",
  attachments: "array",
});

export function decodeMessage(v: unknown): Message | null {
  const message = anyMessage(v);
  return message && { ...message, attachments: list(message.attachments, decodeAttachment) };
}

const anySession = shape<Session>({
  visitor_token: "string",
  customer: "object",
  inbox: "object",
  workspace: "object",
});

export function decodeSession(v: unknown): Session | null {
  const session = anySession(v);
  if (!session || !isRecord(session.inbox.prechat)) return null;
  return { ...session, conversations: list(session.conversations, decodeConversation) };
}

export function decodePosted(v: unknown): Posted | null {
  const conversation = decodeConversation(record(v).conversation);
  const message = decodeMessage(record(v).message);
  return conversation && message ? { conversation, message } : null;
}

export function decodePage(v: unknown): Page {
  const { items, has_more, conversation } = record(v);
  return {
    items: list(items, decodeMessage),
    has_more: has_more === true,
    conversation: decodeConversation(conversation),
  };
}

export function decodeFrame(raw: unknown): Frame | null {
  try {
    const { type, payload, cursor } = record(JSON.parse(String(raw)));
    return typeof type === "string" ? { type, payload: record(payload), cursor: decodeCursor(cursor) } : null;
  } catch {
    return null;
  }
}
