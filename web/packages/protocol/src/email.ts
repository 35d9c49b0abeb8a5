/** E-mail on the wire (docs/api.md, section 8), and the one shape of it that the wire does not know: what waits in this browser. */
import type { Answer, Body, Schemas } from "./types";

export type EmailAddress = Schemas["Address"];

/** What an e-mail adds to its message. */
export type MessageEmail = Schemas["MessageEmail"];
export type MailKind = MessageEmail["kind"];
export type Trust = MessageEmail["trust"];

/** Where an outgoing e-mail is; `at` is the time of the newest of its changes. */
export type MessageDelivery = Schemas["Delivery"];
export type DeliveryState = MessageDelivery["state"];
/** One person a mail did not reach; `recipient` counts through to, cc and bcc of its message. */
export type Failure = MessageDelivery["failures"][number];

/** The body of one message, fetched when it is looked at. */
export type EmailBody = Answer<"get_message_email">;

/** What a reply to a ticket would carry. */
export type ReplyOutline = Answer<"get_reply_defaults">;
export type Bounce = ReplyOutline["bounces"][number];

export type Template = Schemas["Template"];

/** What a posted e-mail says of itself on the wire. */
export type PostedEmail = NonNullable<Body<"post_message">["email"]>;
/** The same in a draft, where every choice has a place; null: as the outline has it. `send_at` null: at once. */
export type EmailFields = { [Field in keyof PostedEmail]-?: NonNullable<PostedEmail[Field]> | null };

/** The parts of an e-mail that waits in this browser: what its text does not say. */
export interface OutgoingMail {
  html: string;
  /** Pictures inside the text, in its order. */
  inlineIds: number[];
  fields: EmailFields;
}
