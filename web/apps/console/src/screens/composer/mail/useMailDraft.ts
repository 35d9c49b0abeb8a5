import type { EmailAddress, ReplyOutline } from "@parley/protocol";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { desk } from "../../../app/desk";
import { useDerived } from "../../../lib/hooks";
import type { MailDraft } from "../../../lib/ui-state";
import { formatAddress } from "../../mail/address";
import { isBlankHtml } from "../../mail/html-text";
import { MAX_HTML } from "../limits";
import { readMailDraft, writeMailDraft } from "../mail-draft";
import type { ComposerModel, Content } from "../useComposer";
import { type Envelope, envelopeOf, isComplete, outgoingMail, plainText } from "./outgoing";

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
