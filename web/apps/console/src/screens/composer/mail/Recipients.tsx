import type { Bounce, EmailAddress } from "@parley/protocol";
import { Icon } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../lib/format";
import { addressesOf } from "../../conversation/mail/failures";
import { reasonOf } from "../../conversation/mail/mail-delivery";
import { addressKey } from "../../mail/address";
import { AddressField } from "./AddressField";
import css from "./MailComposer.module.css";
import { type Envelope, strangersIn } from "./outgoing";

interface RecipientsProps {
  envelope: Envelope;
  onChange: (change: Partial<Envelope>) => void;
  known: readonly EmailAddress[];
  bounces: readonly Bounce[];
  mayWriteTo: (address: string) => boolean;
  /** A new mail shows its subject; a reply keeps it folded. */
  isNew?: boolean;
}

type Row = "cc" | "bcc" | "subject";

/** To whom, and about what. Rows that are empty and usual stay folded. */
export function Recipients({ envelope, onChange, known, bounces, mayWriteTo, isNew = false }: RecipientsProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<Row | null>(null);
  const [shown, setShown] = useState<ReadonlySet<Row>>(new Set(isNew ? ["subject"] : []));
  const { to, cc, bcc, subject } = envelope;
  const isShown = (row: Row): boolean =>
    shown.has(row) || (row === "cc" && cc.length > 0) || (row === "bcc" && bcc.length > 0);
  const open = (row: Row): void => {
    setShown(new Set([...shown, row]));
    setOpened(row);
  };
  const bounced = new Set(bounces.map((one) => addressKey(one.address)));
  const folded = (["cc", "bcc", "subject"] as const).filter((row) => !isShown(row));
  const words = { cc: t("email.cc"), bcc: t("email.bcc"), subject: t("conversation.subject") };
  const common = { known, bounced, mayWriteTo };
  return (
    <div className={css.recipients}>
      <AddressField
        {...common}
        label={t("email.to")}
        value={to}
        onChange={(list) => onChange({ to: list })}
        autoFocus={isNew}
        testId="mail-to"
        tail={
          <span className={css.more}>
            {folded.map((row) => (
              <button key={row} type="button" onClick={() => open(row)} data-testid={`mail-open-${row}`}>
                {words[row]}
              </button>
            ))}
          </span>
        }
      />
      {isShown("cc") && (
        <AddressField
          {...common}
          label={words.cc}
          value={cc}
          onChange={(list) => onChange({ cc: list })}
          autoFocus={opened === "cc"}
          testId="mail-cc"
        />
      )}
      {isShown("bcc") && (
        <AddressField
          {...common}
          label={words.bcc}
          value={bcc}
          onChange={(list) => onChange({ bcc: list })}
          autoFocus={opened === "bcc"}
          testId="mail-bcc"
        />
      )}
      {isShown("subject") && (
        <label className={css.field}>
          <span className={css.fieldLabel}>{words.subject}</span>
          <input
            className={css.subject}
            // biome-ignore lint/a11y/noAutofocus: the agent has just asked to write here
            autoFocus={opened === "subject"}
            maxLength={200}
            value={subject}
            onChange={(event) => onChange({ subject: event.target.value })}
            data-testid="mail-subject"
          />
        </label>
      )}
      <StrangerWarning strangers={strangersIn(envelope, mayWriteTo)} isNew={isNew} />
      <BounceWarning bounces={bounces} chosen={[...to, ...cc, ...bcc]} />
    </div>
  );
}

/** Why the mail cannot go to somebody, and what can be done. */
function StrangerWarning({ strangers, isNew }: { strangers: readonly EmailAddress[]; isNew: boolean }) {
  const { t } = useTranslation();
  if (strangers.length === 0) return null;
  return (
    <p className={css.warning} role="alert" data-testid="mail-stranger">
      <Icon name="alert" size="sm" />
      <span>
        {t(isNew ? "email.stranger_new" : "email.stranger", { list: addressesOf(strangers, t("email.separator")) })}
      </span>
    </p>
  );
}

function BounceWarning({ bounces, chosen }: { bounces: readonly Bounce[]; chosen: readonly EmailAddress[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const keys = new Set(chosen.map((one) => addressKey(one.address)));
  const hit = bounces.filter((one) => keys.has(addressKey(one.address)));
  return hit.map((one) => (
    <p key={one.address} className={css.warning} role="status" title={one.reason} data-testid="mail-bounced">
      <Icon name="alert" size="sm" />
      <span>
        {format.sentences(
          t(one.is_hard ? "email.bounced_hard" : "email.bounced_soft", {
            address: one.address,
            when: format.short(one.at),
          }),
          t(`email.reason_${reasonOf(one.status)}`),
        )}
      </span>
    </p>
  ));
}
