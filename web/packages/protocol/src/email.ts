/**
 * E-mail on the wire (docs/api.md, section 8), by hand until the server describes it itself: then these types come from
 * `openapi.d.ts` like all others.
 */
import type { Schemas } from "./types";

export interface EmailAddress {
  name: string;
  address: string;
}

export type MailKind =
  | "human"
  | "auto_reply"
  | "out_of_office"
  | "bounce"
  | "feedback_report"
  | "mailing_list"
  | "newsletter"
  | "calendar_reply"
  | "read_receipt"
  | "notification";
export type Trust = "verified" | "unknown" | "failed";

/** What an e-mail adds to its message. */
export interface MessageEmail {
  direction: "in" | "out";
  from: EmailAddress;
  to: EmailAddress[];
  cc: EmailAddress[];
  bcc: EmailAddress[];
  subject: string;
  has_html: boolean;
  has_hidden: boolean;
  remote_images: number;
  kind: MailKind;
  trust: Trust;
  spf: string;
  dkim: string;
  dmarc: string;
  is_signed: boolean;
  is_encrypted: boolean;
  problems: string[];
  original_sender: EmailAddress | null;
  related_ticket_id: number | null;
}

export type DeliveryState =
  | "pending"
  | "sending"
  | "sent"
  | "delivered"
  | "failed"
  | "dead"
  | "uncertain"
  | "cancelled";

/** Where an outgoing e-mail is; `at` is the time of the newest of its changes. */
export interface MessageDelivery {
  state: DeliveryState;
  due_at: number | null;
  attempts: number;
  status: string;
  error: string;
  at: number;
}

/** The body of one message, fetched when it is looked at. */
export interface EmailBody {
  html: string;
  quoted_html: string;
  text: string;
  quoted_text: string;
  headers: { name: string; value: string }[];
  sets_colors: boolean;
  raw_url: string;
}

export interface Bounce {
  address: string;
  is_hard: boolean;
  status: string;
  reason: string;
  at: number;
}

/** What a reply to a ticket would carry. */
export interface ReplyOutline {
  from: EmailAddress;
  to: EmailAddress[];
  cc: EmailAddress[];
  subject: string;
  signature_html: string;
  quote_html: string;
  undo_ms: number;
  bounces: Bounce[];
}

export interface Template {
  id: number;
  name: string;
  shortcut: string;
  locale: "en" | "zh-CN" | "";
  text: string;
  updated_at: number;
}

/** What an outgoing e-mail says of itself; null: as the outline has it. `send_at` null: at once. */
export interface EmailFields {
  to: string[] | null;
  cc: string[] | null;
  bcc: string[] | null;
  subject: string | null;
  quotes_history: boolean | null;
  has_signature: boolean | null;
  send_at: number | null;
}

/** The parts of an e-mail that waits in this browser: what its text does not say. */
export interface OutgoingMail {
  html: string;
  /** Pictures inside the text, in its order. */
  inlineIds: number[];
  fields: EmailFields;
}

/** A message of any channel: both are null outside e-mail. */
export type Message = Schemas["Message"] & { email: MessageEmail | null; delivery: MessageDelivery | null };
export type Change = Omit<Schemas["Change"], "message"> & { message: Message | null };
