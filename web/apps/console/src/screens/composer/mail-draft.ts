import type { OutgoingMail } from "@parley/protocol";
import type { MailDraft } from "../../lib/ui-state";

export const NO_MAIL: MailDraft = {
  html: "",
  to: null,
  cc: null,
  bcc: null,
  subject: null,
  quotesHistory: null,
  hasSignature: null,
};

/** The server keeps drafts as text; an e-mail's is this mark and JSON. */
const MARK = "parley-mail:";

export function writeMailDraft(draft: MailDraft): string {
  const isEmpty = Object.entries(draft).every(([, value]) => value === null || value === "");
  return isEmpty ? "" : MARK + JSON.stringify(draft);
}

function lines(value: unknown): string[] | null {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : null;
}

export function isMailDraft(text: string): boolean {
  return text.startsWith(MARK);
}

/** What somebody typed before as plain text is kept as such. */
export function readMailDraft(text: string): MailDraft {
  if (!isMailDraft(text)) return text ? { ...NO_MAIL, html: textToHtml(text) } : NO_MAIL;
  try {
    const found = new Map<string, unknown>(Object.entries(JSON.parse(text.slice(MARK.length))));
    const html = found.get("html");
    const subject = found.get("subject");
    const quotes = found.get("quotesHistory");
    const signature = found.get("hasSignature");
    return {
      html: typeof html === "string" ? html : "",
      to: lines(found.get("to")),
      cc: lines(found.get("cc")),
      bcc: lines(found.get("bcc")),
      subject: typeof subject === "string" ? subject : null,
      quotesHistory: typeof quotes === "boolean" ? quotes : null,
      hasSignature: typeof signature === "boolean" ? signature : null,
    };
  } catch {
    return NO_MAIL;
  }
}

export function draftOfMail({ html, fields }: OutgoingMail): MailDraft {
  const { to, cc, bcc, subject } = fields;
  return { html, to, cc, bcc, subject, quotesHistory: fields.quotes_history, hasSignature: fields.has_signature };
}

/** What comes back stands before what has been written meanwhile; its recipients win. Nothing is lost. */
export function mergeDraft(old: MailDraft, fresh: Partial<MailDraft>): MailDraft {
  const html = [fresh.html ?? "", old.html].filter((part) => part !== "").join("<div><br></div>");
  return { ...old, ...fresh, html };
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
}

/** A line is a block, as the editor makes them. */
export function textToHtml(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `<div>${escapeHtml(line) || "<br>"}</div>`)
    .join("");
}

/** A picture as the text keeps it; the server makes it a part of the mail by its id. */
export function pictureHtml({ id, url, name }: { id: number; url: string; name: string }): string {
  return `<img src="${escapeHtml(url)}" data-attachment-id="${id}" alt="${escapeHtml(name)}">`;
}
