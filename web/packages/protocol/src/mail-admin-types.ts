/**
 * The administration of e-mail as docs/api.md (section 8) has it. By hand until the server's own description carries these shapes;
 * then this file goes and `types.ts` takes them from there.
 */

export interface Address {
  name: string;
  address: string;
}

export type Security = "tls" | "starttls" | "none";
export type MailAuth = "password" | "xoauth2";

interface MailServer {
  host: string;
  port: number;
  security: Security;
  user: string;
  auth: MailAuth;
}

export interface ImapServer extends MailServer {
  mailbox: string;
  after: "mark_seen" | "move" | "delete";
  move_to: string;
}

export type SmtpServer = MailServer;

/** How a server is told to the server: the secret travels one way only. */
export type WithSecret<T> = T & { secret?: string };
/** How it is told to us. */
export type Stored<T> = T & { has_secret: boolean };

export type Incoming = "smtp" | "imap" | "none";
export type Outgoing = "smtp" | "local" | "none";

interface SettingsBase {
  address: string;
  aliases: string[];
  sender_name: string;
  uses_agent_name: boolean;
  signature_html: string;
  incoming: Incoming;
  outgoing: Outgoing;
  rate_per_minute: number;
  trusted_servers: string[];
  quotes_history: boolean;
  is_enabled: boolean;
}

export interface EmailSettings extends SettingsBase {
  imap: WithSecret<ImapServer> | null;
  smtp: WithSecret<SmtpServer> | null;
}

export interface Health {
  state: "ok" | "failing" | "waiting" | "off";
  last_ok_at: number | null;
  error: string;
  error_at: number | null;
  count: number;
}

export interface EmailInbox extends SettingsBase {
  inbox_id: number;
  imap: Stored<ImapServer> | null;
  smtp: Stored<SmtpServer> | null;
  health: { in: Health; out: Health };
}

/** Where other mail servers reach this one. */
export interface Listener {
  host: string;
  port: number;
}

export interface EmailInboxes {
  items: EmailInbox[];
  listener: Listener | null;
}

export interface NewEmailInbox {
  name: string;
  team_id: number | null;
  locale: "en" | "zh-CN";
  email: EmailSettings;
}

export interface CheckRequest {
  inbox_id?: number;
  imap?: WithSecret<ImapServer>;
  smtp?: WithSecret<SmtpServer>;
}

export interface CheckStep {
  step: string;
  is_ok: boolean;
  detail: string;
  ms: number;
}

export interface CheckResult {
  is_ok: boolean;
  steps: CheckStep[];
}

export type MailState = "ticket" | "joined" | "bounce" | "report" | "ignored" | "blocked" | "quarantined" | "discarded";

export interface MailEntry {
  id: number;
  inbox_id: number | null;
  source: string;
  state: MailState;
  reason: string;
  from: Address;
  to: string[];
  subject: string;
  size: number;
  received_at: number;
  ticket_id: number | null;
  message_id: number | null;
  problems: string[];
}

export type OutState = "pending" | "sending" | "sent" | "delivered" | "failed" | "dead" | "uncertain" | "cancelled";

export interface OutboxItem {
  id: number;
  channel: string;
  message_id: number | null;
  ticket_id: number | null;
  to: string[];
  subject: string;
  state: OutState;
  attempts: number;
  due_at: number | null;
  error: string;
  updated_at: number;
}

export interface Block {
  id: number;
  pattern: string;
  note: string;
  created_at: number;
}

export interface Template {
  id: number;
  name: string;
  shortcut: string;
  locale: "en" | "zh-CN" | "";
  text: string;
  updated_at: number;
}

export type TemplateFields = Omit<Template, "id" | "updated_at">;
