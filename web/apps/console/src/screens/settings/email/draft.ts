import type { MailAdmin } from "@parley/protocol";
import { guessedHost, type ProviderId, providerOf, userOf } from "./presets";

/** What a form holds: every field always there, so that switching to and fro loses nothing. */
export interface ServerDraft {
  host: string;
  port: number;
  security: MailAdmin.Security;
  user: string;
  auth: MailAdmin.MailAuth;
  /** Empty: leave what is stored. */
  secret: string;
  has_secret: boolean;
}

export interface ImapDraft extends ServerDraft {
  mailbox: string;
  after: MailAdmin.ImapServer["after"];
  move_to: string;
}

export interface MailDraft extends Omit<MailAdmin.EmailSettings, "imap" | "smtp"> {
  imap: ImapDraft;
  smtp: ServerDraft;
}

const NO_SERVER: ServerDraft = {
  host: "",
  port: 993,
  security: "tls",
  user: "",
  auth: "password",
  secret: "",
  has_secret: false,
};

export function emptyDraft(): MailDraft {
  return {
    address: "",
    aliases: [],
    sender_name: "",
    uses_agent_name: true,
    signature_html: "",
    incoming: "smtp",
    outgoing: "smtp",
    rate_per_minute: providerOf("generic").rate,
    trusted_servers: [],
    quotes_history: true,
    is_enabled: true,
    imap: { ...NO_SERVER, mailbox: "INBOX", after: "mark_seen", move_to: "" },
    smtp: { ...NO_SERVER, port: 465 },
  };
}

export function draftOf(inbox: MailAdmin.EmailInbox): MailDraft {
  const { inbox_id: _id, health: _health, imap, smtp, ...rest } = inbox;
  const empty = emptyDraft();
  return {
    ...rest,
    imap: imap ? { ...imap, secret: "" } : empty.imap,
    smtp: smtp ? { ...smtp, secret: "" } : empty.smtp,
  };
}

const words = (items: readonly string[]): string[] => items.map((item) => item.trim()).filter(Boolean);

function told<T extends ServerDraft>(draft: T): Omit<T, "secret" | "has_secret"> & { secret?: string } {
  const { secret, has_secret: _had, ...rest } = draft;
  const clean = { ...rest, host: draft.host.trim(), user: draft.user.trim() };
  return secret ? { ...clean, secret } : clean;
}

export function imapOf(draft: MailDraft): MailAdmin.WithSecret<MailAdmin.ImapServer> {
  return told(draft.imap);
}

export function smtpOf(draft: MailDraft): MailAdmin.WithSecret<MailAdmin.SmtpServer> {
  return told(draft.smtp);
}

/** What the server is told; a side that is not used is not told. */
export function settingsOf(draft: MailDraft): MailAdmin.EmailSettings {
  return {
    ...draft,
    address: draft.address.trim(),
    aliases: words(draft.aliases),
    sender_name: draft.sender_name.trim(),
    trusted_servers: words(draft.trusted_servers),
    imap: draft.incoming === "imap" ? imapOf(draft) : null,
    smtp: draft.outgoing === "smtp" ? smtpOf(draft) : null,
  };
}

/** Fills in what is known of a mail service; an own server gets the guess its name allows. */
export function withIncomingPreset(draft: MailDraft, id: ProviderId): MailDraft {
  const provider = providerOf(id);
  const place = provider.imap ?? { host: guessedHost("imap", draft.address), port: 993, security: "tls" as const };
  const user = userOf(draft.address, provider.imapUser);
  return { ...draft, incoming: "imap", imap: { ...draft.imap, ...place, user, auth: provider.auth } };
}

export function withOutgoingPreset(draft: MailDraft, id: ProviderId): MailDraft {
  const provider = providerOf(id);
  const place = provider.smtp ?? { host: guessedHost("smtp", draft.address), port: 465, security: "tls" as const };
  const smtp: ServerDraft = { ...draft.smtp, ...place, user: draft.address.trim(), auth: provider.auth };
  // Most services have one secret for both ways.
  const secret = draft.smtp.secret || (draft.incoming === "imap" ? draft.imap.secret : "");
  return { ...draft, outgoing: "smtp", rate_per_minute: provider.rate, smtp: { ...smtp, secret } };
}

/** The usual port of a way to encrypt, unless somebody wrote one of his own. */
export function portFor(kind: "imap" | "smtp", security: MailAdmin.Security, port: number, before: MailAdmin.Security) {
  const usual: Record<MailAdmin.Security, number> =
    kind === "imap" ? { tls: 993, starttls: 143, none: 143 } : { tls: 465, starttls: 587, none: 25 };
  return port === usual[before] || port === 0 ? usual[security] : port;
}
