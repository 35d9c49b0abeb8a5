import type { MailAdmin } from "@parley/protocol";
import { OAUTH_SERVICES, type OAuthService, type OAuthServiceId } from "./oauth/services";

type Place = Pick<MailAdmin.ImapServer, "host" | "port" | "security">;

/** What the field of the secret has to be filled with. */
export type SecretKind = "password" | "app_password" | "code" | "client_password" | "token";

export interface Provider {
  id: ProviderId;
  domains: readonly string[];
  imap: Place | null;
  smtp: Place | null;
  auth: MailAdmin.MailAuth;
  secret: SecretKind;
  /** Where one signs in there; null: not known here. */
  oauth: OAuthService | null;
  /** Some want only what stands before the @ for reading. */
  imapUser: "address" | "local_part";
  /** Mails a minute that stay well below what the provider tolerates. */
  rate: number;
}

export const PROVIDER_IDS = [
  "gmail",
  "outlook",
  "qq",
  "exmail",
  "netease163",
  "netease126",
  "yeah",
  "aliyun",
  "aliyun_business",
  "yahoo",
  "icloud",
  "generic",
] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

const tls = (host: string, port: number): Place => ({ host, port, security: "tls" });
const starttls = (host: string, port: number): Place => ({ host, port, security: "starttls" });

interface Row {
  domains?: readonly string[];
  imap: Place;
  smtp: Place;
  secret: SecretKind;
  oauth?: OAuthServiceId;
  imapUser?: Provider["imapUser"];
  rate: number;
}

/** The public addresses of the big mail services. A change there is a change of one row here. */
const rows: Record<Exclude<ProviderId, "generic">, Row> = {
  gmail: {
    domains: ["gmail.com", "googlemail.com"],
    imap: tls("imap.gmail.com", 993),
    smtp: tls("smtp.gmail.com", 465),
    secret: "app_password",
    oauth: "google",
    rate: 20,
  },
  outlook: {
    domains: ["outlook.com", "hotmail.com", "live.com", "msn.com", "onmicrosoft.com"],
    imap: tls("outlook.office365.com", 993),
    smtp: starttls("smtp.office365.com", 587),
    secret: "token",
    oauth: "microsoft",
    rate: 30,
  },
  qq: {
    domains: ["qq.com", "foxmail.com", "vip.qq.com"],
    imap: tls("imap.qq.com", 993),
    smtp: tls("smtp.qq.com", 465),
    secret: "code",
    rate: 10,
  },
  exmail: {
    imap: tls("imap.exmail.qq.com", 993),
    smtp: tls("smtp.exmail.qq.com", 465),
    secret: "client_password",
    rate: 20,
  },
  netease163: {
    domains: ["163.com"],
    imap: tls("imap.163.com", 993),
    smtp: tls("smtp.163.com", 465),
    secret: "code",
    rate: 10,
  },
  netease126: {
    domains: ["126.com"],
    imap: tls("imap.126.com", 993),
    smtp: tls("smtp.126.com", 465),
    secret: "code",
    rate: 10,
  },
  yeah: {
    domains: ["yeah.net"],
    imap: tls("imap.yeah.net", 993),
    smtp: tls("smtp.yeah.net", 465),
    secret: "code",
    rate: 10,
  },
  aliyun: {
    domains: ["aliyun.com"],
    imap: tls("imap.aliyun.com", 993),
    smtp: tls("smtp.aliyun.com", 465),
    secret: "password",
    rate: 10,
  },
  aliyun_business: {
    imap: tls("imap.qiye.aliyun.com", 993),
    smtp: tls("smtp.qiye.aliyun.com", 465),
    secret: "client_password",
    rate: 20,
  },
  yahoo: {
    domains: ["yahoo.com", "ymail.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it"],
    imap: tls("imap.mail.yahoo.com", 993),
    smtp: tls("smtp.mail.yahoo.com", 465),
    secret: "app_password",
    rate: 10,
  },
  icloud: {
    domains: ["icloud.com", "me.com", "mac.com"],
    imap: tls("imap.mail.me.com", 993),
    smtp: starttls("smtp.mail.me.com", 587),
    secret: "app_password",
    imapUser: "local_part",
    rate: 10,
  },
};

export function providerOf(id: ProviderId): Provider {
  if (id === "generic")
    return {
      id,
      domains: [],
      imap: null,
      smtp: null,
      auth: "password",
      secret: "password",
      oauth: null,
      imapUser: "address",
      rate: 60,
    };
  const row = rows[id];
  return {
    id,
    domains: row.domains ?? [],
    imap: row.imap,
    smtp: row.smtp,
    auth: row.secret === "token" ? "xoauth2" : "password",
    secret: row.secret,
    oauth: row.oauth ? OAUTH_SERVICES[row.oauth] : null,
    imapUser: row.imapUser ?? "address",
    rate: row.rate,
  };
}

export function domainOf(address: string): string {
  return address
    .slice(address.lastIndexOf("@") + 1)
    .trim()
    .toLowerCase();
}

/** The service behind an address of a public domain; a domain of one's own says nothing. */
export function providerOfAddress(address: string): ProviderId {
  const domain = address.includes("@") ? domainOf(address) : "";
  const isBelow = (known: string): boolean => domain === known || domain.endsWith(`.${known}`);
  return PROVIDER_IDS.find((id) => providerOf(id).domains.some(isBelow)) ?? "generic";
}

/** The service behind a server that was set up before. */
export function providerOfHost(host: string): ProviderId {
  const wanted = host.trim().toLowerCase();
  if (!wanted) return "generic";
  return (
    PROVIDER_IDS.find((id) => [providerOf(id).imap?.host, providerOf(id).smtp?.host].includes(wanted)) ?? "generic"
  );
}

/** The host a mail service of one's own most often has. */
export function guessedHost(kind: "imap" | "smtp", address: string): string {
  const domain = address.includes("@") ? domainOf(address) : "";
  return domain ? `${kind}.${domain}` : "";
}

export function userOf(address: string, kind: Provider["imapUser"]): string {
  return kind === "local_part" ? address.slice(0, address.lastIndexOf("@")).trim() : address.trim();
}
