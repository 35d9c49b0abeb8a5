/** Values for tests; no product code imports this file. */
import type { MailAdmin } from "@parley/protocol";
import {
  draftOf,
  emptyDraft,
  type MailDraft,
  settingsOf,
  withIncomingPreset,
  withOutgoingPreset,
  withSameLogIn,
} from "../draft";
import type { Grant } from "./log-in";
import { OAUTH_SERVICES } from "./services";

export const NOW = Date.parse("2026-11-22T20:00:00Z");
export const TEN_MINUTES_MS = 600_000;
const { microsoft } = OAUTH_SERVICES;

export const granted = (token_url: string, client_id: string): Grant => ({
  id: "g1",
  url: "",
  token_url,
  client_id,
  expires_at: NOW + TEN_MINUTES_MS,
  is_granted: true,
});

/** The wizard at Outlook after the step of incoming mail. */
export function outlook(): MailDraft {
  let draft: MailDraft = { ...emptyDraft(), address: "shop@outlook.com" };
  draft = withOutgoingPreset(withIncomingPreset(draft, "outlook"), "outlook");
  const oauth = { ...draft.imap.oauth, client_id: "desk", client_secret: "s3" };
  return withSameLogIn({ ...draft, imap: { ...draft.imap, oauth, grant: granted(microsoft.token_url, "desk") } });
}

export type Server = NonNullable<MailAdmin.EmailInbox["smtp"]>;
export const SIGNED_IN: Server = {
  host: "imap.b.example",
  port: 993,
  security: "tls",
  user: "a@b.example",
  auth: "xoauth2",
  has_secret: true,
  oauth: { token_url: "https://id.b.example/token", client_id: "desk", has_client_secret: true, scope: "mail" },
};

/** As the server reads an inbox back. */
export function stored(smtp: Server | null, imap: Server = SIGNED_IN): MailDraft {
  const health = { state: "ok" as const, last_ok_at: null, error: "", error_at: null, count: 0 };
  return draftOf({
    ...settingsOf(emptyDraft()),
    inbox_id: 4,
    address: "a@b.example",
    incoming: "imap",
    outgoing: smtp ? "smtp" : "none",
    imap: { ...imap, mailbox: "INBOX", after: "mark_seen", move_to: "" },
    smtp,
    health: { in: health, out: health },
  });
}
export const client = (draft: MailDraft, patch: Partial<MailDraft["imap"]["oauth"]>): MailDraft => ({
  ...draft,
  imap: { ...draft.imap, oauth: { ...draft.imap.oauth, ...patch } },
});
