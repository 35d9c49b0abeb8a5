import { type Attachment, decode, isRecord, list } from "@parley/protocol";
import { desk } from "../../../app/desk";
import { formatAddress } from "../../mail/address";
import { isMailDraft, NO_MAIL, readMailDraft, writeMailDraft } from "../mail-draft";
import { type Envelope, envelopeOf } from "./outgoing";

interface NewMailDraft {
  /** Null: not chosen yet. */
  inboxId: number | null;
  envelope: Envelope;
  html: string;
  attachments: readonly Attachment[];
}

const attachments = list(decode.attachment);

/** What is kept, as text. An empty mail is "". */
export function writeNewMail({ inboxId, envelope, html, attachments: files }: NewMailDraft): string {
  const to = envelope.to.map(formatAddress);
  const cc = envelope.cc.map(formatAddress);
  const bcc = envelope.bcc.map(formatAddress);
  const isEmpty = html === "" && envelope.subject === "" && to.length + cc.length + bcc.length + files.length === 0;
  if (isEmpty) return "";
  const mail = writeMailDraft({ ...NO_MAIL, html, to, cc, bcc, subject: envelope.subject });
  return JSON.stringify({ mail, inboxId, attachments: files });
}

/** Also what was kept when files were not yet: the mail alone. */
export function readNewMail(text: string): NewMailDraft {
  const { mail, inboxId, files } = partsOf(text);
  const draft = readMailDraft(mail);
  return { inboxId, envelope: envelopeOf(draft, undefined), html: draft.html, attachments: files };
}

function partsOf(text: string): { mail: string; inboxId: number | null; files: readonly Attachment[] } {
  const alone = { mail: isMailDraft(text) ? text : "", inboxId: null, files: [] };
  if (text === "" || alone.mail !== "") return alone;
  try {
    const kept: unknown = JSON.parse(text);
    if (!isRecord(kept)) return alone;
    return {
      mail: typeof kept.mail === "string" ? kept.mail : "",
      inboxId: typeof kept.inboxId === "number" ? kept.inboxId : null,
      files: attachments(kept.attachments ?? [], ""),
    };
  } catch {
    return alone;
  }
}

function key(): string {
  return `parley.draft.${desk.me?.agent.id ?? 0}.new-mail`;
}

/** A mail that belongs to no ticket yet is kept in this browser. */
export function keptNewMail(): NewMailDraft {
  try {
    return readNewMail(localStorage.getItem(key()) ?? "");
  } catch {
    // Private mode: it begins empty.
    return readNewMail("");
  }
}

export function keepNewMail(text: string): void {
  try {
    if (text === "") forgetNewMail();
    else localStorage.setItem(key(), text);
  } catch {
    // Private mode: it lasts as long as the window is open.
  }
}

export function forgetNewMail(): void {
  try {
    localStorage.removeItem(key());
  } catch {
    // Nothing was kept.
  }
}
