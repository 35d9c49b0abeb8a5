import type { EmailAddress, OutgoingMail, ReplyOutline } from "@parley/protocol";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { desk } from "../../../app/desk";
import { useDerived } from "../../../lib/hooks";
import type { MailDraft } from "../../../lib/ui-state";
import { formatAddress, isAddress, parseAddresses } from "../../mail/address";
import { finishHtml, htmlToText, inlineIds, isBlankHtml } from "../../mail/html-text";
import { readMailDraft, writeMailDraft } from "../mail-draft";
import { type ComposerModel, type Content, MAX_LENGTH } from "../useComposer";
import type { Envelope } from "./Recipients";

/** Of HTML as it goes out; what is longer is a file. */
const MAX_HTML = 200_000;

/** What the server would send, asked again when somebody has written. */
export function useOutline(ticketId: number): ReplyOutline | undefined {
  const newest = useDerived(
    `log:${ticketId}`,
    () => desk.store.state.logs.get(ticketId)?.items.findLast((message) => message.email)?.id ?? 0,
    Object.is,
  );
  const { data } = useQuery({
    queryKey: ["mail-outline", ticketId, newest],
    queryFn: () => desk.api.replyOutline(ticketId),
    placeholderData: (before) => before,
  });
  return data;
}

function addresses(chosen: readonly string[] | null, usual: readonly EmailAddress[] | undefined): EmailAddress[] {
  return chosen ? chosen.flatMap(parseAddresses) : [...(usual ?? [])];
}

function envelopeOf(draft: MailDraft, outline: ReplyOutline | undefined): Envelope {
  return {
    to: addresses(draft.to, outline?.to),
    cc: addresses(draft.cc, outline?.cc),
    bcc: addresses(draft.bcc, []),
    subject: draft.subject ?? outline?.subject ?? "",
  };
}

/** As it goes out: what the agent saw is said outright; what he could not see is left to the server. */
export function outgoingMail(draft: MailDraft, envelope: Envelope | null, sendAt: number | null): OutgoingMail {
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
      send_at: sendAt,
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

/** The e-mail being written in a ticket: draft, outline and what both come to. */
export function useMailDraft(ticketId: number, composer: ComposerModel) {
  const draft = readMailDraft(composer.text);
  const outline = useOutline(ticketId);
  const envelope = envelopeOf(draft, outline);
  const { files, mail, setMailReady } = composer;
  const hasText = !isBlankHtml(draft.html);
  const isTooLong = draft.html.length > MAX_HTML;
  const isAddressed = outline || draft.to ? isComplete(envelope) : true;
  const isReady = (hasText || files.ready.length > 0) && isAddressed && !isTooLong;

  useEffect(() => {
    mail.current = (sendAt): Content => ({
      text: plainText(draft.html),
      attachments: files.ready,
      mail: outgoingMail(draft, outline ? envelope : null, sendAt),
    });
    return () => {
      mail.current = null;
    };
  });
  useEffect(() => {
    setMailReady(isReady);
    return () => setMailReady(false);
  }, [isReady, setMailReady]);

  const change = (patch: Partial<MailDraft>): void => composer.setText(writeMailDraft({ ...draft, ...patch }));
  const changeEnvelope = (patch: Partial<Envelope>): void => {
    const texts = (list: readonly EmailAddress[] | undefined) => (list ? list.map(formatAddress) : undefined);
    const { to, cc, bcc } = { to: texts(patch.to), cc: texts(patch.cc), bcc: texts(patch.bcc) };
    change({
      ...(to && { to }),
      ...(cc && { cc }),
      ...(bcc && { bcc }),
      ...(patch.subject === undefined ? {} : { subject: patch.subject }),
    });
  };
  return { draft, outline, envelope, change, changeEnvelope, isTooLong };
}
