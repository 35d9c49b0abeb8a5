/** Decoders of what e-mail adds to the contract. */
import { allOf, bool, type Decoder, integer, list, object, orNull, text, withDefault } from "./combinators";
import type * as E from "./email";

const zero = withDefault(integer, 0);
const blank = withDefault(text, "");
const no = withDefault(bool, false);

export const address = object<E.EmailAddress>({ name: blank, address: blank });
const addresses = withDefault(list(address), []);
const orUnknown = <T>(words: Decoder<T>, fallback: T): Decoder<T> => {
  return (value, path) => {
    try {
      return words(value, path);
    } catch {
      return fallback;
    }
  };
};

export const messageEmail = object<E.MessageEmail>({
  direction: allOf<E.MessageEmail["direction"]>({ in: true, out: true }),
  from: address,
  to: addresses,
  cc: addresses,
  bcc: addresses,
  subject: blank,
  has_html: no,
  has_hidden: no,
  remote_images: zero,
  inline_attachment_ids: withDefault(list(integer), []),
  // A kind this console does not know yet is still a message to be read.
  kind: orUnknown(
    allOf<E.MailKind>({
      human: true,
      auto_reply: true,
      out_of_office: true,
      bounce: true,
      feedback_report: true,
      mailing_list: true,
      newsletter: true,
      calendar_reply: true,
      read_receipt: true,
      notification: true,
    }),
    "human",
  ),
  trust: orUnknown(allOf<E.Trust>({ verified: true, unknown: true, failed: true }), "unknown"),
  spf: blank,
  dkim: blank,
  dmarc: blank,
  is_signed: no,
  is_encrypted: no,
  problems: withDefault(list(text), []),
  original_sender: orNull(address),
  related_ticket_id: orNull(integer),
  stops_on_reply: no,
});

export const messageDelivery = object<E.MessageDelivery>({
  state: allOf<E.DeliveryState>({
    pending: true,
    sending: true,
    sent: true,
    delivered: true,
    failed: true,
    dead: true,
    uncertain: true,
    cancelled: true,
  }),
  due_at: zero,
  attempts: zero,
  status: blank,
  error: blank,
  at: zero,
  failures: withDefault(list(object<E.Failure>({ recipient: integer, status: blank, error: blank })), []),
});

export const emailBody = object<E.EmailBody>({
  html: blank,
  quoted_html: blank,
  text: blank,
  quoted_text: blank,
  headers: withDefault(list(object<E.EmailBody["headers"][number]>({ name: blank, value: blank })), []),
  sets_colors: no,
  raw_url: blank,
});

export const replyOutline = object<E.ReplyOutline>({
  from: address,
  to: addresses,
  cc: addresses,
  subject: blank,
  signature_html: blank,
  quote_html: blank,
  // A server that does not say so quotes what it shows, and lets everybody write to anybody.
  quotes_history: withDefault(bool, true),
  may_add_recipients: withDefault(bool, true),
  undo_ms: zero,
  bounces: withDefault(
    list(object<E.Bounce>({ address: text, is_hard: no, status: blank, reason: blank, at: zero })),
    [],
  ),
});

export const template = object<E.Template>({
  id: integer,
  name: blank,
  shortcut: blank,
  locale: orUnknown(allOf<E.Template["locale"]>({ en: true, "zh-CN": true, "": true }), ""),
  text: blank,
  updated_at: zero,
});

export const emailFields = object<E.EmailFields>({
  to: orNull(list(text)),
  cc: orNull(list(text)),
  bcc: orNull(list(text)),
  subject: orNull(text),
  quotes_history: orNull(bool),
  has_signature: orNull(bool),
  send_at: orNull(integer),
  stops_on_reply: orNull(bool),
});
