import { desk } from "../../../app/desk";
import { formatAddress } from "../../mail/address";
import { NO_MAIL, readMailDraft, writeMailDraft } from "../mail-draft";
import { type Envelope, envelopeOf } from "./outgoing";

interface NewMailDraft {
  envelope: Envelope;
  html: string;
}

function key(): string {
  return `parley.draft.${desk.me?.agent.id ?? 0}.new-mail`;
}

/** A mail that belongs to no ticket yet is kept in this browser. */
export function keptNewMail(): NewMailDraft {
  let text = "";
  try {
    text = localStorage.getItem(key()) ?? "";
  } catch {
    // Private mode: it begins empty.
  }
  const draft = readMailDraft(text);
  return { envelope: envelopeOf(draft, undefined), html: draft.html };
}

export function keepNewMail({ envelope, html }: NewMailDraft): void {
  const to = envelope.to.map(formatAddress);
  const cc = envelope.cc.map(formatAddress);
  const bcc = envelope.bcc.map(formatAddress);
  const isEmpty = html === "" && envelope.subject === "" && to.length + cc.length + bcc.length === 0;
  try {
    if (isEmpty) forgetNewMail();
    else localStorage.setItem(key(), writeMailDraft({ ...NO_MAIL, html, to, cc, bcc, subject: envelope.subject }));
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
