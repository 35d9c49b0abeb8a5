import { Emitter } from "@parley/client";
import type { Attachment } from "@parley/protocol";
import { useSyncExternalStore } from "react";

/** Which of the things that exist once is open. Opening one closes the other. */
export type Overlay =
  | "palette"
  | "shortcuts"
  | "history"
  | "panel"
  | "assignee"
  | "priority"
  | "tags"
  | "start"
  | "mail"
  | null;

let overlay: Overlay = null;
const changed = new Emitter();

export function openOverlay(next: Overlay): void {
  overlay = next;
  changed.emit();
}

export function useOverlay(): Overlay {
  return useSyncExternalStore(changed.subscribe, () => overlay);
}

/** Asks the composer to take the focus in a mode. */
export const composerRequests = new Emitter<"reply" | "note">();

/** An e-mail as it is being written; null: as the server's outline has it. */
export interface MailDraft {
  html: string;
  to: string[] | null;
  cc: string[] | null;
  bcc: string[] | null;
  subject: string | null;
  quotesHistory: boolean | null;
  hasSignature: boolean | null;
}

/** Puts something into the composer of a ticket: a text that was taken back, or other recipients. */
export interface MailRequest {
  ticketId: number;
  draft: Partial<MailDraft>;
  attachments: readonly Attachment[];
}
export const mailRequests = new Emitter<MailRequest>();
