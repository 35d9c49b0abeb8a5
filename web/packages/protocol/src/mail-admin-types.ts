/** The administration of e-mail (docs/api.md, section 8). */
import type { Answer, Body, Schemas } from "./types";

export type Address = Schemas["Address"];

type Posted = Body<"update_email_inbox">;
type PostedImap = NonNullable<Posted["imap"]>;
type PostedSmtp = NonNullable<Posted["smtp"]>;

/** How a server is told to the server: the secret travels one way only, or a sign-in stands for it. */
export type WithSecret<T> = T & { secret?: string; grant?: string };
export type ImapServer = Required<Omit<PostedImap, "secret" | "grant">>;
export type SmtpServer = Required<Omit<PostedSmtp, "secret" | "grant">>;
export type Security = SmtpServer["security"];
export type MailAuth = SmtpServer["auth"];

export type Incoming = Posted["incoming"];
export type Outgoing = Posted["outgoing"];
/** Whom agents may write to; supervisors and administrators may write to anyone. */
export type Recipients = NonNullable<Posted["recipients"]>;

/** The desk always says all of it; what the description lets one leave out is a default. */
export type EmailSettings = Required<Omit<Posted, "imap" | "smtp">> & {
  imap: WithSecret<ImapServer> | null;
  smtp: WithSecret<SmtpServer> | null;
};

export type Health = Schemas["EmailHealth"];
export type EmailInbox = Schemas["EmailInbox"];
export type EmailInboxes = Answer<"list_email_inboxes">;
/** Where other mail servers reach this one. */
export type Listener = NonNullable<EmailInboxes["listener"]>;

export type NewEmailInbox = Required<Pick<Body<"create_email_inbox">, "name" | "team_id" | "locale">> & {
  email: EmailSettings;
};

export type CheckRequest = Body<"check_email">;
export type CheckResult = Answer<"check_email">;
export type CheckStep = CheckResult["steps"][number];

/** What is asked to sign a mailbox in at its provider; a client secret that is left out is the stored one of `inbox_id` and `server`. */
export type GrantRequest = Body<"begin_mail_sign_in">;
/** The page to sign in at. The grant is good for saving until it expires. */
export type GrantOffer = Answer<"begin_mail_sign_in">;
export type GrantState = Answer<"get_mail_sign_in">;

export type MailEntry = Schemas["MailEntry"];
export type MailState = MailEntry["state"];
export type MailPage = Answer<"list_mails">;

export type OutboxItem = Schemas["OutboxEntry"];
export type OutState = OutboxItem["state"];

export type Block = Schemas["EmailBlock"];

export type Template = Schemas["Template"];
export type TemplateFields = Required<Body<"create_template">>;
