/**
 * Every payload from outside passes here once: the fields a view cannot do without must have their type, or the item is
 * left out. This is the only file that asserts types.
 */
import type { Attachment, Conversation, Frame, Inbox, Json, Message, Page, Pending } from "./wire";

/** Events leave the unread count to us, as it depends on what was read since. */
export const NOT_TOLD = -1;

/** An object to read fields from, whatever came. */
export const record = (v: unknown): Json => (v ?? {}) as Json;

/** A decoder for objects whose fields have at least the kinds of this sample's; the rest of T may be null in any case. */
function like<T>(sample: Json): (v: unknown) => T | null {
  return (v) =>
    Object.keys(sample).every((name) => record(v)[name]?.constructor === sample[name]?.constructor) ? (v as T) : null;
}

/** Decodes the items that can be decoded and leaves the others out. */
export function list<T>(v: unknown, decode: (item: unknown) => T | null): T[] {
  return Array.isArray(v) ? v.flatMap((item) => decode(item) ?? []) : [];
}

export const decodeAttachment = like<Attachment>({ id: 0, name: "", content_type: "", url: "" });
export const decodePending = like<Pending>({ client_id: "", text: "", attachments: [] });
export const decodeInbox = like<Inbox>({ accent: "", prechat: {} });
const anyConversation = like<Conversation>({ id: 0, state: "", updated_at: 0 });
const anyMessage = like<Message>({ id: 0, kind: "", author: {}, text: "", created_at: 0, attachments: [] });

export function decodeConversation(v: unknown): Conversation | null {
  const it = anyConversation(v);
  return (
    it && {
      ...it,
      unread_count: it.unread_count ?? NOT_TOLD,
      counted_up_to: it.unread_count === undefined ? NOT_TOLD : (it.last_message?.id ?? 0),
    }
  );
}

export function decodeMessage(v: unknown): Message | null {
  const it = anyMessage(v);
  return it && { ...it, attachments: list(it.attachments, decodeAttachment) };
}

/** `conversation` and `message` or `items`: what posts, pages and events are made of. */
export function decodePage(v: unknown): Page {
  const { items, has_more, conversation, message } = record(v);
  return {
    items_: list(items, decodeMessage),
    has_more_: !!has_more,
    conversation_: decodeConversation(conversation),
    message_: decodeMessage(message),
  };
}

export function decodeFrame(raw: unknown): Frame | null {
  try {
    const frame = record(JSON.parse(`${raw}`));
    return typeof frame.type === "string" ? ({ ...frame, payload: record(frame.payload) } as unknown as Frame) : null;
  } catch {
    return null;
  }
}
