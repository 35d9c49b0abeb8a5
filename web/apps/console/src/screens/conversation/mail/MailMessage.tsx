import { cx, later } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { useTopic } from "../../../lib/hooks";
import { customerName } from "../../../lib/people";
import { parseAddresses, subjectKey } from "../../mail/address";
import type { Speaker } from "../MessageRun";
import type { Block } from "../stream";
import { CancelledMail } from "./CancelledMail";
import { FailedMail } from "./FailedMail";
import { HeldMail } from "./HeldMail";
import css from "./Mail.module.css";
import { MailBody } from "./MailBody";
import { MailDelivery } from "./MailDelivery";
import { Envelope, MailHead } from "./MailHead";
import { MailMenu } from "./MailMenu";
import { MailNotices } from "./MailNotices";

const HeadersDialog = later(() => import("./HeadersDialog"));

interface MailMessageProps {
  block: Extract<Block, { type: "mail" }>;
  ticketId: number;
  customer: Speaker;
}

/** An e-mail in the conversation: a sheet of its own, whoever wrote it. */
export default function MailMessage({ block, ticketId, customer }: MailMessageProps) {
  const { t } = useTranslation();
  const { bubble, author, isMine } = block;
  const { email, entry } = bubble;
  const [isOpen, setIsOpen] = useState(false);
  const [isPlain, setIsPlain] = useState(false);
  const [hasHeaders, setHasHeaders] = useState(false);
  const ticketSubject = useTopic(`ticket:${ticketId}`, () => desk.store.state.tickets.get(ticketId)?.subject ?? "");
  const isTheirs = author.kind === "customer";
  const name = isTheirs
    ? email?.from.name || author.name || customerName(customer)
    : isMine
      ? t("message.you")
      : author.name;
  if (bubble.delivery?.state === "cancelled")
    return <CancelledMail bubble={bubble} ticketId={ticketId} customer={customer} name={name} />;
  const isOtherSubject =
    email !== null && email.subject !== "" && subjectKey(email.subject) !== subjectKey(ticketSubject);
  return (
    <article
      className={cx(css.mail, !isTheirs && css.ours, entry && css.unsent)}
      aria-label={name}
      data-testid="message"
      data-message-id={bubble.id ?? undefined}
      data-client-id={bubble.clientId ?? undefined}
      data-delivery={isTheirs ? "received" : (bubble.delivery?.state ?? entry?.phase ?? "sent")}
    >
      <MailHead
        personId={isTheirs ? customer.id : (author.id ?? 0)}
        name={isMine ? author.name || name : name}
        at={bubble.at}
        email={email}
        recipients={parseAddresses((entry?.mail?.fields.to ?? []).join(","))}
        isOpen={isOpen}
        onToggle={() => setIsOpen(!isOpen)}
      >
        {email && bubble.id !== null && (
          <MailMenu
            bubble={bubble}
            email={email}
            ticketId={ticketId}
            isPlain={isPlain}
            onPlain={() => setIsPlain(!isPlain)}
            onHeaders={() => setHasHeaders(true)}
          />
        )}
      </MailHead>
      {isOpen && email && <Envelope email={email} at={bubble.at} />}
      {isOtherSubject && !isOpen && <p className={css.subject}>{email.subject}</p>}
      {email && isTheirs && bubble.id !== null && (
        <MailNotices email={email} messageId={bubble.id} ticketId={ticketId} requesterId={customer.id} />
      )}
      <MailBody
        messageId={bubble.id}
        email={email}
        text={bubble.text}
        attachments={bubble.attachments}
        language={isTheirs ? customer.locale || undefined : undefined}
        isPlain={isPlain}
      />
      {!isTheirs && <MailDelivery bubble={bubble} ticketId={ticketId} customer={customer} />}
      {entry && bubble.isHeld && <HeldMail entry={entry} />}
      {entry && !bubble.isHeld && entry.phase !== "failed" && <p className={css.delivery}>{t("delivery.sending")}</p>}
      {entry?.phase === "failed" && <FailedMail entry={entry} />}
      {hasHeaders && bubble.id !== null && (
        <HeadersDialog messageId={bubble.id} email={email} onClose={() => setHasHeaders(false)} />
      )}
    </article>
  );
}
