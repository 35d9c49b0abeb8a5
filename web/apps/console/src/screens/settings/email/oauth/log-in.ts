import type { MailAdmin } from "@parley/protocol";
import { authorizeUrlOf, type OAuthAddresses, type OAuthService, serviceOf } from "./services";

/** The registration at the provider in whose name one signs in. */
export interface OAuthDraft extends OAuthAddresses {
  client_id: string;
  /** Empty: leave what is stored. */
  client_secret: string;
}

/** A sign-in begun in this form. Good as the secret of servers with the same client, until it expires. */
export interface Grant {
  id: string;
  url: string;
  token_url: string;
  client_id: string;
  expires_at: number;
  is_granted: boolean;
}

/** What the server has; its secrets are good only for what they were given for. */
export interface StoredLogIn {
  way: LogInWay;
  host: string;
  token_url: string;
  client_id: string;
  has_client_secret: boolean;
}

/** A password, an access token somebody else takes care of, or a sign-in at the provider. */
export type LogInWay = "password" | "token" | "oauth";

export interface LogIn {
  host: string;
  auth: MailAdmin.MailAuth;
  /** Password or access token. Empty: leave what is stored. */
  secret: string;
  has_own_token: boolean;
  oauth: OAuthDraft;
  grant: Grant | null;
  /** Null: nothing is. */
  stored: StoredLogIn | null;
}

export const NO_LOG_IN: Omit<LogIn, "host"> = {
  auth: "password",
  secret: "",
  has_own_token: false,
  oauth: { authorize_url: "", token_url: "", client_id: "", client_secret: "", scope: "" },
  grant: null,
  stored: null,
};

export function wayOf({ auth, has_own_token }: Pick<LogIn, "auth" | "has_own_token">): LogInWay {
  if (auth === "password") return "password";
  return has_own_token ? "token" : "oauth";
}

export function withWay(way: LogInWay): Pick<LogIn, "auth" | "has_own_token"> {
  return { auth: way === "password" ? "password" : "xoauth2", has_own_token: way === "token" };
}

export type ReadServer = NonNullable<MailAdmin.EmailInbox["smtp"]>;

/** `service` is what is known of the host, for a server that is not signed in yet. */
export function logInOf(
  { host, auth, has_secret, oauth }: ReadServer,
  service: OAuthService | null,
): Omit<LogIn, "host"> {
  const has_own_token = auth === "xoauth2" && oauth === null && has_secret;
  const known = oauth ? { ...oauth, authorize_url: authorizeUrlOf(oauth.token_url) } : null;
  const { authorize_url, token_url, scope } = known ?? service ?? NO_LOG_IN.oauth;
  const client_id = oauth?.client_id ?? "";
  const stored = {
    way: wayOf({ auth, has_own_token }),
    host,
    token_url: oauth?.token_url ?? "",
    client_id,
    has_client_secret: oauth?.has_client_secret ?? false,
  };
  return {
    ...NO_LOG_IN,
    auth,
    has_own_token,
    oauth: { ...NO_LOG_IN.oauth, authorize_url, token_url, scope, client_id },
    stored: has_secret ? stored : null,
  };
}

/** The addresses of a service; typed ones stay, except those of another service. */
export function withService(oauth: OAuthDraft, service: OAuthService | null): OAuthDraft {
  const present = serviceOf(oauth.token_url);
  if (present?.id === service?.id) return oauth;
  const { authorize_url, token_url, scope } = service ?? NO_LOG_IN.oauth;
  return { ...oauth, authorize_url, token_url, scope };
}

type Client = Pick<OAuthDraft, "token_url" | "client_id">;

export function isSameClient(one: Client, other: Client): boolean {
  return one.token_url.trim() === other.token_url.trim() && one.client_id.trim() === other.client_id.trim();
}

/** Whether what the server has may go on being used. It forgets a secret when the host it was for changes. */
export function hasStored({ stored, host, oauth, ...way }: LogIn): boolean {
  if (!stored || stored.way !== wayOf(way)) return false;
  if (stored.host.trim().toLowerCase() !== host.trim().toLowerCase()) return false;
  return stored.way !== "oauth" || isSameClient(stored, oauth);
}

export function hasStoredClientSecret({ stored, oauth }: Pick<LogIn, "stored" | "oauth">): boolean {
  return !!stored?.has_client_secret && isSameClient(stored, oauth);
}

export type Standing = "none" | "granted" | "expired" | "stored";

/** How a server that logs in by OAuth stands, apart from a sign-in that is under way. */
export function standingOf(logIn: LogIn, now: number): Standing {
  const { grant, oauth } = logIn;
  if (grant?.is_granted && isSameClient(grant, oauth)) return now < grant.expires_at ? "granted" : "expired";
  return hasStored(logIn) ? "stored" : "none";
}

type Told = Pick<MailAdmin.WithSecret<MailAdmin.SmtpServer>, "auth" | "oauth" | "secret" | "grant">;

/** What the server is told of it: never two secrets at once. */
export function toldLogIn(logIn: LogIn): Told {
  const { auth, secret, oauth, grant } = logIn;
  if (wayOf(logIn) !== "oauth") return { auth, oauth: null, ...(secret && { secret }) };
  const { client_secret } = oauth;
  const client = {
    token_url: oauth.token_url.trim(),
    client_id: oauth.client_id.trim(),
    scope: oauth.scope.trim(),
    ...(client_secret && { client_secret }),
  };
  return { auth, oauth: client, ...(grant?.is_granted && isSameClient(grant, oauth) && { grant: grant.id }) };
}

/** What is asked to begin signing in; a client secret that is not typed is lent by the stored server. */
export function grantRequest(
  kind: "imap" | "smtp",
  logIn: LogIn & { user: string },
  inboxId: number | null,
): MailAdmin.GrantRequest {
  const { authorize_url, client_secret } = logIn.oauth;
  const user = logIn.user.trim();
  return {
    authorize_url: authorize_url.trim(),
    token_url: logIn.oauth.token_url.trim(),
    client_id: logIn.oauth.client_id.trim(),
    scope: logIn.oauth.scope.trim(),
    redirect_url: redirectUrl(),
    ...(client_secret && { client_secret }),
    ...(user && { login_hint: user }),
    ...(inboxId !== null && !client_secret && { inbox_id: inboxId, server: kind }),
  };
}

/** Where the provider sends the browser back to; the administrator registers it there. */
export function redirectUrl(): string {
  return `${location.origin}/api/v1/email/oauth/callback`;
}
