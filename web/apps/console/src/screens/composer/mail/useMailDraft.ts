import type { EmailAddress, ReplyOutline } from "@parley/protocol";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { desk } from "../../../app/desk";
import { type ShownTicket, useDerived } from "../../../lib/hooks";
import type { MailDraft } from "../../../lib/ui-state";
import { formatAddress } from "../../mail/address";
import { isBlankHtml } from "../../mail/html-text";
import { MAX_HTML } from "../limits";
import { readMailDraft, writeMailDraft } from "../mail-draft";
import type { ComposerModel, Content } from "../useComposer";
import { type Envelope, envelopeOf, isComplete, outgoingMail, plainText, strangersIn } from "./outgoing";
import { useMayWriteTo } from "./participants";

/** What the server would send, asked again when somebody has written, or the ticket is somebody else's. */
export function useOutline(ticketId: number, requesterId: number): ReplyOutline | undefined {
  const newest = useDerived(
    `log:${ticketId}`,
    () => desk.store.state.logs.get(ticketId)?.items.findLast((message) => message.email)?.id ?? 0,
    Object.is,
  );
  const { data } = useQuery({
    queryKey: ["mail-outline", ticketId, newest, requesterId],
    queryFn: () => desk.api.replyOutline(ticketId),
    placeholderData: (before) => before,
  });
  return data;
}

/** The e-mail being written in a ticket: draft, outline and what both come to. */
export function useMailDraft(ticket: ShownTicket, composer: ComposerModel) {
  const draft = readMailDraft(composer.text);
  const outline = useOutline(ticket.id, ticket.requester.id);
  const envelope = envelopeOf(draft, outline);
  const mayWriteTo = useMayWriteTo(ticket.id, ticket.requester.id, outline);
  const { files, mail, setMailReady } = composer;
  const hasText = !isBlankHtml(draft.html);
  const isTooLong = draft.html.length > MAX_HTML;
  const isAddressed =
    outline || draft.to ? isComplete(envelope) && strangersIn(envelope, mayWriteTo).length === 0 : true;
  const isReady = (hasText || files.ready.length > 0) && isAddressed && !isTooLong;

  useEffect(() => {
    mail.current = (schedule): Content => ({
      text: plainText(draft.html),
      attachments: files.ready,
      mail: outgoingMail(draft, outline ? envelope : null, schedule),
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
  return { draft, outline, envelope, change, changeEnvelope, isTooLong, mayWriteTo };
}
