import type { MailAdmin } from "@parley/protocol";
import { type LogIn, logInOf, NO_LOG_IN, type ReadServer, toldLogIn, withService } from "./oauth/log-in";
import { outgoingLogIn } from "./oauth/sharing";
import { guessedHost, type Provider, type ProviderId, providerOf, providerOfHost, userOf } from "./presets";

/** What a form holds: every field always there, so that switching to and fro loses nothing. */
export interface ServerDraft extends LogIn {
  port: number;
  security: MailAdmin.Security;
  user: string;
}

export interface ImapDraft extends ServerDraft {
  mailbox: string;
  after: MailAdmin.ImapServer["after"];
  move_to: string;
}

export interface MailDraft extends Omit<MailAdmin.EmailSettings, "imap" | "smtp"> {
  imap: ImapDraft;
  smtp: ServerDraft;
  /** Outgoing mail signs in as incoming mail does, where that is possible. */
  shares_sign_in: boolean;
}

const NO_SERVER: ServerDraft = { ...NO_LOG_IN, host: "", port: 993, security: "tls", user: "" };

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
    recipients: "anyone",
    is_enabled: true,
    shares_sign_in: true,
    imap: { ...NO_SERVER, mailbox: "INBOX", after: "mark_seen", move_to: "" },
    smtp: { ...NO_SERVER, port: 465 },
  };
}

export function draftOf(inbox: MailAdmin.EmailInbox): MailDraft {
  const { inbox_id: _id, health: _health, imap, smtp, ...rest } = inbox;
  const empty = emptyDraft();
  return {
    ...rest,
    shares_sign_in: !imap || !smtp || mayShareSignIn(imap, smtp),
    imap: imap ? { ...imap, ...logInOf(imap, serviceAt(imap.host)) } : empty.imap,
    smtp: smtp ? { ...smtp, ...logInOf(smtp, serviceAt(smtp.host)) } : empty.smtp,
  };
}

/** Two users are two accounts, and a sign-in is that of one account, with the rights that were asked for. */
function mayShareSignIn(imap: ReadServer, smtp: ReadServer): boolean {
  if (imap.user.toLowerCase() !== smtp.user.toLowerCase()) return false;
  return !imap.oauth || !smtp.oauth || imap.oauth.scope === smtp.oauth.scope;
}

const serviceAt = (host: string): Provider["oauth"] => providerOf(providerOfHost(host)).oauth;

const words = (items: readonly string[]): string[] => items.map((item) => item.trim()).filter(Boolean);

function placeOf({ host, port, security, user }: ServerDraft) {
  return { host: host.trim(), port, security, user: user.trim() };
}

export function imapOf(draft: MailDraft): MailAdmin.WithSecret<MailAdmin.ImapServer> {
  const { mailbox, after, move_to } = draft.imap;
  return { ...placeOf(draft.imap), ...toldLogIn(draft.imap), mailbox, after, move_to };
}

export function smtpOf(draft: MailDraft): MailAdmin.WithSecret<MailAdmin.SmtpServer> {
  return { ...placeOf(draft.smtp), ...toldLogIn(outgoingLogIn(draft)) };
}

/** What the server is told; a side that is not used is not told. */
export function settingsOf(draft: MailDraft): MailAdmin.EmailSettings {
  const { shares_sign_in: _shares, ...settings } = draft;
  return {
    ...settings,
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
  const imap: ImapDraft = { ...draft.imap, ...place, user, ...logInAt(provider, draft.imap) };
  return { ...draft, incoming: "imap", imap };
}

export function withOutgoingPreset(draft: MailDraft, id: ProviderId): MailDraft {
  const provider = providerOf(id);
  const place = provider.smtp ?? { host: guessedHost("smtp", draft.address), port: 465, security: "tls" as const };
  const user = draft.address.trim();
  const smtp: ServerDraft = { ...draft.smtp, ...place, user, ...logInAt(provider, draft.smtp) };
  // Most services have one secret for both ways.
  const secret = draft.smtp.secret || (draft.incoming === "imap" ? draft.imap.secret : "");
  return { ...draft, outgoing: "smtp", rate_per_minute: provider.rate, smtp: { ...smtp, secret } };
}

/** How one usually logs in at a service. */
function logInAt({ auth, oauth }: Provider, present: ServerDraft): Pick<LogIn, "auth" | "has_own_token" | "oauth"> {
  return { auth, has_own_token: false, oauth: withService(present.oauth, oauth) };
}

/** The way out most often logs in as the way in, at the same service. What was filled in there stays. */
export function withSameLogIn(draft: MailDraft): MailDraft {
  const { imap, smtp } = draft;
  const isTouched = smtp.secret !== "" || smtp.oauth.client_id !== "" || smtp.stored !== null;
  if (draft.incoming !== "imap" || isTouched) return draft;
  const { auth, has_own_token, secret } = imap;
  return { ...draft, smtp: { ...smtp, auth, has_own_token, secret } };
}

/** For another account at the same provider: the client stays the same, the sign-in does not. */
export function withOwnSignIn(draft: MailDraft): MailDraft {
  const oauth = draft.smtp.oauth.client_id ? draft.smtp.oauth : draft.imap.oauth;
  return { ...draft, shares_sign_in: false, smtp: { ...draft.smtp, oauth, grant: null } };
}

/** The usual port of a way to encrypt, unless somebody wrote one of his own. */
export function portFor(kind: "imap" | "smtp", security: MailAdmin.Security, port: number, before: MailAdmin.Security) {
  const usual: Record<MailAdmin.Security, number> =
    kind === "imap" ? { tls: 993, starttls: 143, none: 143 } : { tls: 465, starttls: 587, none: 25 };
  return port === usual[before] || port === 0 ? usual[security] : port;
}
