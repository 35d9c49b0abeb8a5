import type { MessageEmail } from "@parley/protocol";
import { cx, Icon, type IconName } from "@parley/ui";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCan, useCustomer, useTicket } from "../../../lib/hooks";
import { addressKey, nameOf } from "../../mail/address";
import { losses, problemsText } from "../../mail/problems";
import css from "./Mail.module.css";
import { takeRequester } from "./mail-actions";

/** Who wrote it, when that was no person; how it is protected. */
export function MailBadges({ email }: { email: MessageEmail }) {
  const { t } = useTranslation();
  return (
    <>
      {email.kind !== "human" && <span className={css.badge}>{t(`email.kind_${email.kind}`)}</span>}
      {email.is_encrypted && (
        <span className={css.badge} title={t("email.encrypted_hint")}>
          <Icon name="lock" size="sm" />
          {t("email.encrypted")}
        </span>
      )}
      {email.is_signed && (
        <span className={css.badge} title={t("email.signed_hint")}>
          <Icon name="shield" size="sm" />
          {t("email.signed")}
        </span>
      )}
    </>
  );
}

interface NoticesProps {
  email: MessageEmail;
  messageId: number;
  ticketId: number;
  requesterId: number;
}

/** What an agent should know before he answers. A sender who is who he says is gets no word. */
export function MailNotices({ email, messageId, ticketId, requesterId }: NoticesProps) {
  const { t } = useTranslation();
  const lost = losses(email.problems);
  return (
    <>
      {email.trust === "failed" && (
        <Notice icon="shield" isWarning>
          <strong>{t(email.dmarc === "fail" ? "email.forged" : "email.not_verified")}</strong>{" "}
          {t("email.not_verified_text", { address: email.from.address })}{" "}
          <span className={css.checks}>{checks(email)}</span>
        </Notice>
      )}
      {lost.length > 0 && (
        <Notice icon="alert" isWarning>
          {t("email.problems", { list: problemsText(t, lost) })}{" "}
          <a href={`/api/v1/messages/${messageId}/raw`} target="_blank" rel="noopener noreferrer">
            {t("email.show_original")}
          </a>
        </Notice>
      )}
      {email.original_sender && (
        <PassedOn email={email} messageId={messageId} ticketId={ticketId} requesterId={requesterId} />
      )}
      {email.related_ticket_id !== null && <Related ticketId={email.related_ticket_id} />}
    </>
  );
}

export function checks({ spf, dkim, dmarc }: MessageEmail): string {
  const word = (value: string) => value || "none";
  return `SPF ${word(spf)} · DKIM ${word(dkim)} · DMARC ${word(dmarc)}`;
}

function Notice({ icon, isWarning, children }: { icon: IconName; isWarning?: boolean; children: ReactNode }) {
  return (
    <div className={cx(css.notice, isWarning && css.isWarning)} data-testid="mail-notice">
      <Icon name={icon} size="sm" />
      <p>{children}</p>
    </div>
  );
}

function PassedOn({ email, messageId, ticketId, requesterId }: NoticesProps) {
  const { t } = useTranslation();
  const canUpdate = useCan("ticket.update");
  const requester = useCustomer(requesterId);
  const original = email.original_sender;
  if (!original) return null;
  const isAlready = requester?.identities.some(
    (one) => one.kind === "email" && addressKey(one.value) === addressKey(original.address),
  );
  return (
    <Notice icon="swap">
      {t("email.passed_on", { name: nameOf(original), address: original.address })}{" "}
      {canUpdate && !isAlready && (
        <button type="button" onClick={() => takeRequester(ticketId, messageId)} data-testid="mail-take-requester">
          {t("email.make_requester", { name: nameOf(original) })}
        </button>
      )}
    </Notice>
  );
}

function Related({ ticketId }: { ticketId: number }) {
  const { t } = useTranslation();
  const number = useTicket(ticketId)?.number;
  return (
    <Notice icon="link">
      {t("email.related")}{" "}
      <Link to="/inbox/$view/$ticketId" params={{ view: "all", ticketId: String(ticketId) }}>
        {number === undefined ? t("email.related_open") : `#${number}`}
      </Link>
    </Notice>
  );
}
