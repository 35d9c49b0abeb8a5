import { htmlToText } from "../mail/html-text";
import { isMailDraft, NO_MAIL, readMailDraft, textToHtml, writeMailDraft } from "./mail-draft";

/** One draft as chat and as e-mail, as they were when the agent last changed the channel. */
export interface Forms {
  plain: string;
  mail: string;
}

/** The draft as plain text. One that came from plain text and was not changed since is that text again. */
export function plainForm(draft: string, known: Forms | null): string {
  if (!isMailDraft(draft)) return draft;
  return known?.mail === draft ? known.plain : htmlToText(readMailDraft(draft).html);
}

/** The draft as e-mail. Formats come back while the text is unchanged; recipients and subject in any case. */
export function mailForm(draft: string, known: Forms | null): string {
  if (isMailDraft(draft)) return draft;
  if (known?.plain === draft) return known.mail;
  const envelope = known ? readMailDraft(known.mail) : NO_MAIL;
  return writeMailDraft({ ...envelope, html: draft === "" ? "" : textToHtml(draft) });
}
