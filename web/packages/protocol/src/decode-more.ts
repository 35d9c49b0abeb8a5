/** Decoders of lists and records around the desk: tokens, audit, problems, what waits in this browser. */
import { bool, type Decoder, integer, isRecord, list, object, oneOf, orNull, text, withDefault } from "./combinators";
import { attachment, draftKind, replyChannel, ticketState } from "./decode";
import { emailFields } from "./decode-email";
import type * as W from "./types";

const zero = withDefault(integer, 0);
const blank = withDefault(text, "");

export const apiToken = object<W.ApiToken>({
  id: integer,
  name: text,
  created_at: zero,
  last_used_at: orNull(integer),
});

/** A small object, shown as "key: value". */
const facts: Decoder<string> = (value) => {
  const shown = (item: unknown): string => (typeof item === "string" ? item : JSON.stringify(item));
  return Object.entries(isRecord(value) ? value : {})
    .map(([key, item]) => `${key}: ${shown(item)}`)
    .join(", ");
};

export const auditEntry = object<W.AuditEntry>({
  id: integer,
  at: integer,
  actor: orNull(object<NonNullable<W.AuditEntry["actor"]>>({ id: integer, name: blank })),
  action: text,
  target: blank,
  detail: facts,
});

export function problem(status: number, value: unknown): W.Problem {
  const body = isRecord(value) ? value : {};
  const errors = withDefault(list(object<W.FieldError>({ path: blank, code: blank, message: blank })), []);
  return {
    status,
    code: blank(body.code, "/code") || (status === 401 ? "unauthenticated" : "internal"),
    title: blank(body.title, "/title"),
    detail: blank(body.detail, "/detail"),
    request_id: blank(body.request_id, "/request_id"),
    errors: errors(body.errors, "/errors"),
    body,
  };
}

/** A message that waits in this browser's own storage; checked like anything else from outside. */
export const outboxEntry = object<{
  clientId: string;
  ticketId: number;
  kind: W.DraftKind;
  channel: W.ReplyChannel | null;
  text: string;
  mail: W.OutgoingMail | null;
  attachments: W.Attachment[];
  seenVersion: number;
  isForced: boolean;
  nextState: W.TicketState | null;
  undoneTo: W.TicketState | null;
  createdAt: number;
  phase: "queued" | "sending" | "failed" | "guarded";
  errorCode: string | null;
  errorPath: string | null;
}>({
  clientId: text,
  ticketId: integer,
  kind: draftKind,
  channel: orNull(replyChannel),
  text: blank,
  mail: orNull(object<W.OutgoingMail>({ html: text, inlineIds: list(integer), fields: emailFields })),
  attachments: list(attachment),
  seenVersion: integer,
  isForced: bool,
  nextState: orNull(ticketState),
  undoneTo: orNull(ticketState),
  createdAt: integer,
  phase: oneOf(["queued", "sending", "failed", "guarded"]),
  errorCode: orNull(text),
  errorPath: orNull(text),
});
