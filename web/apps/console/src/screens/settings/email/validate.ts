import type { ImapDraft, MailDraft, ServerDraft } from "./draft";
import { hasStored, standingOf, wayOf } from "./oauth/log-in";
import { isProviderUrl } from "./oauth/services";
import { outgoingLogIn } from "./oauth/sharing";

/** Field to the key of the sentence that says what is wrong with it. */
export type Faults = Partial<Record<string, string>>;

const LABEL = "[a-z0-9\\p{L}](?:[a-z0-9\\p{L}-]*[a-z0-9\\p{L}])?";
const HOST = new RegExp(`^(?:${LABEL}\\.)*${LABEL}$`, "iu");
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+${LABEL}$`, "iu");

export function isAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  if (at < 1 || at > 64 || text.length > 254) return false;
  return /^[^\s@<>,;"()[\]\\]+$/u.test(text.slice(0, at)) && DOMAIN.test(text.slice(at + 1));
}

export function isHost(text: string): boolean {
  return text.length <= 253 && HOST.test(text);
}

/** An address, or a whole domain behind an @. */
export function isBlockPattern(text: string): boolean {
  return text.startsWith("@") ? DOMAIN.test(text.slice(1)) : isAddress(text);
}

export function isShortcut(text: string): boolean {
  return /^[\p{L}\p{N}_-]{0,40}$/u.test(text);
}

export function addressFaults(draft: MailDraft): Faults {
  const faults: Faults = {};
  const address = draft.address.trim();
  if (!address) faults.address = "mailfault.address_missing";
  else if (!isAddress(address)) faults.address = "mailfault.address";
  const aliases = draft.aliases.map((alias) => alias.trim()).filter(Boolean);
  if (aliases.some((alias) => !isAddress(alias))) faults.aliases = "mailfault.aliases";
  else if (aliases.some((alias) => alias.toLowerCase() === address.toLowerCase()))
    faults.aliases = "mailfault.alias_is_address";
  return faults;
}

/** What is missing of the client in whose name one signs in. */
function clientFaults(kind: "imap" | "smtp", { oauth }: ServerDraft): Faults {
  const faults: Faults = {};
  if (!oauth.client_id.trim()) faults[`${kind}.client_id`] = "mailfault.client_id";
  if (!isProviderUrl(oauth.token_url)) faults[`${kind}.token_url`] = "mailfault.provider_url";
  return faults;
}

/** What has to be there before one can sign in. */
export function signInFaults(kind: "imap" | "smtp", server: ServerDraft): Faults {
  const faults = clientFaults(kind, server);
  if (!isProviderUrl(server.oauth.authorize_url)) faults[`${kind}.authorize_url`] = "mailfault.provider_url";
  return faults;
}

function oauthFaults(kind: "imap" | "smtp", server: ServerDraft): Faults {
  const faults = clientFaults(kind, server);
  if (Object.keys(faults).length > 0) return faults;
  const standing = standingOf(server, Date.now());
  if (standing === "none") faults[`${kind}.sign_in`] = "mailfault.sign_in";
  if (standing === "expired") faults[`${kind}.sign_in`] = "mailfault.sign_in_expired";
  return faults;
}

function serverFaults(kind: "imap" | "smtp", server: ServerDraft): Faults {
  const faults: Faults = {};
  if (!server.host.trim()) faults[`${kind}.host`] = "mailfault.host_missing";
  else if (!isHost(server.host.trim())) faults[`${kind}.host`] = "mailfault.host";
  if (!Number.isInteger(server.port) || server.port < 1 || server.port > 65535)
    faults[`${kind}.port`] = "mailfault.port";
  // A relay inside one's own house may want no log-in.
  const needsLogin = kind === "imap" || server.user.trim() !== "" || server.auth === "xoauth2";
  if (needsLogin && !server.user.trim()) faults[`${kind}.user`] = "mailfault.user";
  if (wayOf(server) === "oauth") return { ...faults, ...oauthFaults(kind, server) };
  if (needsLogin && !server.secret && !hasStored(server)) faults[`${kind}.secret`] = "mailfault.secret";
  return faults;
}

function mailboxFaults(imap: ImapDraft): Faults {
  const faults: Faults = {};
  if (!imap.mailbox.trim()) faults["imap.mailbox"] = "mailfault.mailbox";
  if (imap.after === "move" && !imap.move_to.trim()) faults["imap.move_to"] = "mailfault.move_to";
  else if (imap.after === "move" && imap.move_to.trim() === imap.mailbox.trim())
    faults["imap.move_to"] = "mailfault.move_same";
  return faults;
}

export function incomingFaults(draft: MailDraft): Faults {
  if (draft.incoming !== "imap") return {};
  return { ...serverFaults("imap", draft.imap), ...mailboxFaults(draft.imap) };
}

export function outgoingFaults(draft: MailDraft): Faults {
  const faults: Faults = draft.outgoing === "smtp" ? serverFaults("smtp", outgoingLogIn(draft)) : {};
  const rate = draft.rate_per_minute;
  if (draft.outgoing === "smtp" && (!Number.isInteger(rate) || rate < 1 || rate > 6000))
    faults.rate_per_minute = "mailfault.rate";
  return faults;
}

export function trustFaults(draft: MailDraft): Faults {
  const hosts = draft.trusted_servers.map((host) => host.trim()).filter(Boolean);
  return hosts.every(isHost) ? {} : { trusted_servers: "mailfault.host" };
}

export function faultsOf(draft: MailDraft): Faults {
  return { ...addressFaults(draft), ...incomingFaults(draft), ...outgoingFaults(draft), ...trustFaults(draft) };
}
