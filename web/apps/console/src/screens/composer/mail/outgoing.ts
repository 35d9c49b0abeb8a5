import type { EmailAddress, OutgoingMail, ReplyOutline } from "@parley/protocol";
import type { MailDraft } from "../../../lib/ui-state";
import { formatAddress, isAddress, parseAddresses } from "../../mail/address";
import { finishHtml, htmlToText, inlineIds, isBlankHtml } from "../../mail/html-text";
import { MAX_LENGTH } from "../limits";

/** To whom and about what, as the agent sees it. */
export interface Envelope {
  to: readonly EmailAddress[];
  cc: readonly EmailAddress[];
  bcc: readonly EmailAddress[];
  subject: string;
}

function addresses(chosen: readonly string[] | null, usual: readonly EmailAddress[] | undefined): EmailAddress[] {
  return chosen ? chosen.flatMap(parseAddresses) : [...(usual ?? [])];
}

export function envelopeOf(draft: MailDraft, outline: ReplyOutline | undefined): Envelope {
  return {
    to: addresses(draft.to, outline?.to),
    cc: addresses(draft.cc, outline?.cc),
    bcc: addresses(draft.bcc, []),
    subject: draft.subject ?? outline?.subject ?? "",
  };
}

/** When a mail goes out that does not go at once. */
export interface Schedule {
  at: number;
  /** Not at all, if the customer writes before. */
  stopsOnReply: boolean;
}

/** As it goes out: what the agent saw is said outright; what he could not see is left to the server. */
export function outgoingMail(draft: MailDraft, envelope: Envelope | null, schedule: Schedule | null): OutgoingMail {
  const texts = (list: readonly EmailAddress[]) => list.map(formatAddress);
  return {
    html: isBlankHtml(draft.html) ? "" : finishHtml(draft.html),
    inlineIds: inlineIds(draft.html),
    fields: {
      to: envelope ? texts(envelope.to) : draft.to,
      cc: envelope ? texts(envelope.cc) : draft.cc,
      bcc: envelope && envelope.bcc.length > 0 ? texts(envelope.bcc) : draft.bcc,
      subject: envelope ? envelope.subject : draft.subject,
      quotes_history: draft.quotesHistory,
      has_signature: draft.hasSignature,
      send_at: schedule?.at ?? null,
      stops_on_reply: schedule?.stopsOnReply ?? null,
    },
  };
}

/** The plain form; one that is too long for the wire is left to the server to make. */
export function plainText(html: string): string {
  const text = htmlToText(html);
  return text.length <= MAX_LENGTH ? text : "";
}

export function isComplete({ to, cc, bcc }: Envelope): boolean {
  return to.length > 0 && [...to, ...cc, ...bcc].every((one) => isAddress(one.address));
}

/** Whom of the recipients one may not write to. */
export function strangersIn({ to, cc, bcc }: Envelope, mayWriteTo: (address: string) => boolean): EmailAddress[] {
  return [...to, ...cc, ...bcc].filter(({ address }) => isAddress(address) && !mayWriteTo(address));
}
