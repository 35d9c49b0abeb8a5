import type { MailAdmin } from "@parley/protocol";
import { cx, Icon } from "@parley/ui";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../lib/format";
import { useInboxes } from "../../../lib/hooks";
import css from "./Email.module.css";
import { MAIL_TONES, reasonText, sourceText } from "./mail-words";
import { Tag } from "./parts";

export function senderName({ from }: Pick<MailAdmin.MailEntry, "from">): string {
  return from.name || from.address;
}

export function MailRow({ mail, onOpen }: { mail: MailAdmin.MailEntry; onOpen: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const inbox = useInboxes().find(({ id }) => id === mail.inbox_id);
  const from = senderName(mail) || t("maillog.no_sender");
  const subject = mail.subject || t("conversation.no_subject");
  return (
    <li
      className={cx(css.item, css.mailItem, mail.state === "quarantined" && css.isHot)}
      data-testid="mail-row"
      data-mail-id={mail.id}
      data-state={mail.state}
    >
      <button type="button" className={css.open} onClick={onOpen}>
        <span className={css.itemHead}>
          <strong title={mail.from.address}>{from}</strong>
          <time dateTime={new Date(mail.received_at).toISOString()}>{format.short(mail.received_at)}</time>
        </span>
        <span className={css.subject}>{subject}</span>
        <span className={css.itemFoot}>
          <Tag tone={MAIL_TONES[mail.state]}>{t(`mailstate.${mail.state}`)}</Tag>
          {mail.reason && <span>{reasonText(t, mail.reason)}</span>}
          <span className={css.quiet}>{[inbox?.name, sourceText(t, mail.source)].filter(Boolean).join(" · ")}</span>
        </span>
      </button>
      {mail.ticket_id !== null && <TicketLink id={mail.ticket_id} />}
    </li>
  );
}

export function TicketLink({ id }: { id: number }) {
  const { t } = useTranslation();
  return (
    <Link className={css.ticketLink} to="/inbox/$view/$ticketId" params={{ view: "all", ticketId: String(id) }}>
      {t("maillog.ticket")}
      <Icon name="right" size="sm" />
    </Link>
  );
}
