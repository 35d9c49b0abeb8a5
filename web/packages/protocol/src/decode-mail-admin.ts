/** Decoders of the administration of e-mail. */
import { allOf, bool, integer, list, orNull, text, withDefault } from "./combinators";
import { object } from "./decode";
import type * as M from "./mail-admin-types";

const zero = withDefault(integer, 0);
const blank = withDefault(text, "");
const no = withDefault(bool, false);
const texts = withDefault(list(text), []);

const address = object<M.Address>({ name: blank, address: blank });
const security = allOf<M.Security>({ tls: true, starttls: true, none: true });
const auth = allOf<M.MailAuth>({ password: true, xoauth2: true });
const oauth = orNull(
  object<NonNullable<NonNullable<M.EmailInbox["smtp"]>["oauth"]>>({
    token_url: text,
    client_id: text,
    has_client_secret: no,
    scope: blank,
  }),
);
const server = { host: blank, port: zero, security, user: blank, auth, has_secret: no, oauth };

const imap = object<NonNullable<M.EmailInbox["imap"]>>({
  ...server,
  mailbox: withDefault(text, "INBOX"),
  after: allOf<M.ImapServer["after"]>({ mark_seen: true, move: true, delete: true }),
  move_to: blank,
});
const smtp = object<NonNullable<M.EmailInbox["smtp"]>>(server);

const health = object<M.Health>({
  state: allOf<M.Health["state"]>({ ok: true, failing: true, waiting: true, off: true }),
  last_ok_at: orNull(integer),
  error: blank,
  error_at: orNull(integer),
  count: zero,
});

export const emailInbox = object<M.EmailInbox>({
  inbox_id: integer,
  address: text,
  aliases: texts,
  sender_name: blank,
  uses_agent_name: no,
  signature_html: blank,
  incoming: allOf<M.Incoming>({ smtp: true, imap: true, none: true }),
  imap: orNull(imap),
  outgoing: allOf<M.Outgoing>({ smtp: true, local: true, none: true }),
  smtp: orNull(smtp),
  rate_per_minute: zero,
  trusted_servers: texts,
  quotes_history: no,
  recipients: withDefault(allOf<M.Recipients>({ anyone: true, participants: true }), "anyone"),
  is_enabled: no,
  health: object<M.EmailInbox["health"]>({ in: health, out: health }),
});

export const emailInboxes = object<M.EmailInboxes>({
  items: list(emailInbox),
  listener: orNull(object<M.Listener>({ host: blank, port: integer })),
});

export const checkResult = object<M.CheckResult>({
  is_ok: bool,
  steps: list(object<M.CheckStep>({ step: text, is_ok: bool, detail: blank, ms: zero })),
});

export const grantOffer = object<M.GrantOffer>({ grant: text, url: text, expires_at: integer });
export const grantState = object<M.GrantState>({
  state: allOf<M.GrantState["state"]>({ waiting: true, granted: true, failed: true }),
  error: blank,
});

export const mailEntry = object<M.MailEntry>({
  id: integer,
  inbox_id: orNull(integer),
  source: allOf<M.MailEntry["source"]>({ smtp: true, imap: true, http: true }),
  state: allOf<M.MailState>({
    ticket: true,
    joined: true,
    bounce: true,
    report: true,
    ignored: true,
    blocked: true,
    quarantined: true,
    discarded: true,
  }),
  reason: blank,
  from: withDefault(address, { name: "", address: "" }),
  to: texts,
  subject: blank,
  size: zero,
  received_at: integer,
  ticket_id: orNull(integer),
  message_id: orNull(integer),
  problems: texts,
});

export const outboxItem = object<M.OutboxItem>({
  id: integer,
  channel: withDefault(text, "email"),
  message_id: zero,
  ticket_id: orNull(integer),
  to: texts,
  subject: blank,
  state: allOf<M.OutState>({
    pending: true,
    sending: true,
    sent: true,
    delivered: true,
    failed: true,
    dead: true,
    uncertain: true,
    cancelled: true,
  }),
  attempts: zero,
  due_at: zero,
  error: blank,
  updated_at: zero,
  settled_at: orNull(integer),
});

export const block = object<M.Block>({ id: integer, pattern: text, note: blank, created_at: zero });

export const template = object<M.Template>({
  id: integer,
  name: text,
  shortcut: blank,
  locale: withDefault(allOf<M.Template["locale"]>({ en: true, "zh-CN": true, "": true }), ""),
  text: blank,
  updated_at: zero,
});
