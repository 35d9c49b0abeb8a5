import type { OutboxEntry } from "@parley/client";
import type { Attachment } from "@parley/protocol";
import type { MailDraft } from "../../lib/ui-state";
import { draftOfMail } from "./mail-draft";

/** What comes back into the composer when an e-mail is taken back. */
export interface SentMail {
  draft: MailDraft;
  attachments: readonly Attachment[];
}

const KEPT = 20;
const sent = new Map<string, SentMail>();

/** The newest e-mails of this tab, exactly as they were written. */
export function rememberMail(entry: OutboxEntry): void {
  if (!entry.mail) return;
  sent.set(entry.clientId, { draft: draftOfMail(entry.mail), attachments: entry.attachments });
  for (const oldest of sent.keys()) {
    if (sent.size <= KEPT) break;
    sent.delete(oldest);
  }
}

export function rememberedMail(clientId: string | null): SentMail | undefined {
  return clientId === null ? undefined : sent.get(clientId);
}
