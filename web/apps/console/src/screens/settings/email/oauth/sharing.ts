import { type Grant, hasStored, hasStoredClientSecret, isSameClient, type LogIn, wayOf } from "./log-in";

interface Ways {
  incoming: string;
  outgoing: string;
  imap: LogIn;
  smtp: LogIn;
}

/**
 * Whether the sign-in of incoming mail will do for outgoing mail too: nobody should sign in twice at one provider.
 * An untouched outgoing server takes the client of the incoming one.
 */
export function canShareSignIn({ incoming, outgoing, imap, smtp }: Ways): boolean {
  if (incoming !== "imap" || outgoing !== "smtp") return false;
  if (wayOf(imap) !== "oauth" || wayOf(smtp) !== "oauth" || !imap.oauth.client_id.trim()) return false;
  const ownClient = {
    token_url: smtp.oauth.token_url.trim() || imap.oauth.token_url,
    client_id: smtp.oauth.client_id.trim() || imap.oauth.client_id,
  };
  if (!isSameClient(ownClient, imap.oauth)) return false;
  const shared = { ...smtp, oauth: imap.oauth };
  const hasSignIn = isGrantFor(imap.grant, imap) || hasStored(shared);
  // What is stored for one server is not lent to the other.
  const needsSecret = !imap.oauth.client_secret && hasStoredClientSecret(imap);
  return hasSignIn && (!needsSecret || hasStoredClientSecret(shared));
}

const isGrantFor = (grant: Grant | null, { oauth }: LogIn): boolean => grant !== null && isSameClient(grant, oauth);

/** The outgoing server as it signs in: with what it has itself, or with what the incoming one has. */
export function outgoingLogIn<T extends LogIn>(draft: Ways & { smtp: T; shares_sign_in: boolean }): T {
  if (!draft.shares_sign_in || !canShareSignIn(draft)) return draft.smtp;
  return { ...draft.smtp, oauth: draft.imap.oauth, grant: draft.imap.grant };
}
