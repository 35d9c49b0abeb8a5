/** Where one signs in at a mail service, where its tokens are fetched, and the right to read and send mail. */
export interface OAuthAddresses {
  authorize_url: string;
  token_url: string;
  scope: string;
}

export interface OAuthService extends OAuthAddresses {
  id: OAuthServiceId;
}
export type OAuthServiceId = "google" | "microsoft";

const MICROSOFT = "https://login.microsoftonline.com";

export const OAUTH_SERVICES: Record<OAuthServiceId, OAuthService> = {
  google: {
    id: "google",
    // Without these two Google gives no refresh token, or only the first time.
    authorize_url: "https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&prompt=consent",
    token_url: "https://oauth2.googleapis.com/token",
    scope: "https://mail.google.com/",
  },
  microsoft: {
    id: "microsoft",
    authorize_url: `${MICROSOFT}/common/oauth2/v2.0/authorize`,
    token_url: `${MICROSOFT}/common/oauth2/v2.0/token`,
    scope: "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
  },
};

/** Microsoft has these addresses once for everybody and once for each company. */
const OF_A_COMPANY = /^(https:\/\/login\.microsoftonline\.com\/[^/]+\/oauth2\/v2\.0)\/token$/;

export function serviceOf(tokenUrl: string): OAuthService | null {
  const wanted = tokenUrl.trim();
  if (OF_A_COMPANY.test(wanted)) return OAUTH_SERVICES.microsoft;
  return Object.values(OAUTH_SERVICES).find(({ token_url }) => token_url === wanted) ?? null;
}

/** The server keeps where tokens are fetched, not where one signs in: known for the big services, empty for others. */
export function authorizeUrlOf(tokenUrl: string): string {
  const company = OF_A_COMPANY.exec(tokenUrl.trim())?.[1];
  if (company) return `${company}/authorize`;
  return serviceOf(tokenUrl)?.authorize_url ?? "";
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Secrets travel there, so it is encrypted, except to a program on the same machine. */
export function isProviderUrl(text: string): boolean {
  if (!URL.canParse(text.trim())) return false;
  const url = new URL(text.trim());
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.includes(url.hostname));
}
