import type { EmailAddress, MessageEmail } from "@parley/protocol";
import { Avatar, cx, Icon } from "@parley/ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../lib/format";
import { nameOf } from "../../mail/address";
import css from "./Mail.module.css";
import { checks, MailBadges } from "./MailNotices";

interface MailHeadProps {
  personId: number;
  name: string;
  at: number;
  email: MessageEmail | null;
  /** Of a mail that has not been stored yet. */
  recipients: readonly EmailAddress[];
  isOpen: boolean;
  onToggle: () => void;
  children: ReactNode;
}

/** Who, to whom and when; everything else about the envelope one press away. */
export function MailHead({ personId, name, at, email, recipients, isOpen, onToggle, children }: MailHeadProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const all = email ? [...email.to, ...email.cc, ...email.bcc] : recipients;
  const [first] = all;
  const short = (one: EmailAddress) => (email?.direction === "in" ? one.address : nameOf(one));
  const more = all.length - 1;
  const summary =
    first &&
    (more > 0
      ? t("email.to_more", { first: short(first), count: more })
      : t("email.to_single", { first: short(first) }));
  return (
    <header className={css.head}>
      <Avatar id={personId} name={name} size="sm" />
      <div className={css.who}>
        <p className={css.line}>
          <strong>{name}</strong>
          {email?.direction === "in" && email.from.address !== name && (
            <span className={css.address}>{email.from.address}</span>
          )}
          {email && <MailBadges email={email} />}
        </p>
        {summary && (
          <button
            type="button"
            className={css.to}
            aria-expanded={isOpen}
            disabled={!email}
            onClick={onToggle}
            data-testid="mail-recipients"
          >
            <span>{summary}</span>
            {email && <Icon name="down" size="sm" className={cx(isOpen && css.turned)} />}
          </button>
        )}
      </div>
      <time className={css.time} dateTime={new Date(at).toISOString()} title={format.full(at)}>
        {format.clock(at)}
      </time>
      {children}
    </header>
  );
}

/** The envelope as a list. */
export function Envelope({ email, at }: { email: MessageEmail; at: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = (list: readonly EmailAddress[]): string =>
    list.map((one) => (one.name ? `${one.name} <${one.address}>` : one.address)).join(", ");
  const rows: [string, string][] = [
    [t("email.from"), people([email.from])],
    [t("email.to"), people(email.to)],
    [t("email.cc"), people(email.cc)],
    [t("email.bcc"), people(email.bcc)],
    [t("conversation.subject"), email.subject],
    [t("email.date"), format.full(at)],
    [t("email.checks"), email.direction === "in" ? checks(email) : ""],
  ];
  return (
    <dl className={css.envelope}>
      {rows.map(
        ([label, value]) =>
          value && (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
