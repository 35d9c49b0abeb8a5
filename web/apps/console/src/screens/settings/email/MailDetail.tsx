import type { MailAdmin } from "@parley/protocol";
import { Button, buttonClass, Dialog } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../lib/format";
import { useInboxes } from "../../../lib/hooks";
import { showToast } from "../../../lib/toasts";
import { useConfirm } from "../../confirm/Confirm";
import { problemsText } from "../../mail/problems";
import { FormError } from "../parts";
import { useSave } from "../useSave";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { senderName, TicketLink } from "./MailRow";
import { MAIL_TONES, reasonText, sourceText } from "./mail-words";
import { Notice, Tag } from "./parts";

type Act = "release" | "reparse" | "discard";

interface DetailProps {
  mail: MailAdmin.MailEntry;
  onChange: (mail: MailAdmin.MailEntry) => void;
  onClose: () => void;
}

/** A mail as it came, why it is where it is, and what can be done with it. */
export function MailDetail({ mail, onChange, onClose }: DetailProps) {
  const { t } = useTranslation();
  const save = useSave();
  const { ask, dialog } = useConfirm();
  const [running, setRunning] = useState<Act | null>(null);
  const act = async (what: Act): Promise<void> => {
    const fresh = await mailAdmin.actOnMail(mail.id, what);
    onChange(fresh);
    showToast(t(`maillog.did_${what}`, { state: t(`mailstate.${fresh.state}`) }));
  };
  const handleAct = (what: Act): void => {
    setRunning(what);
    void save.run(() => act(what)).finally(() => setRunning(null));
  };
  const isFiled = mail.ticket_id !== null;
  const isHeld = mail.state === "quarantined" || mail.state === "blocked" || mail.state === "ignored";
  return (
    <Dialog
      look="wide"
      title={mail.subject || t("conversation.no_subject")}
      closeLabel={t("common.close")}
      onClose={onClose}
    >
      <div className={css.detail} data-testid="mail-detail">
        <p className={css.detailState}>
          <Tag tone={MAIL_TONES[mail.state]}>{t(`mailstate.${mail.state}`)}</Tag>
          {reasonText(t, mail.reason)}
        </p>
        <Facts mail={mail} />
        {mail.problems.length > 0 && (
          <Notice tone="warning">{t("maillog.problems", { list: problemsText(t, mail.problems) })}</Notice>
        )}
        <FormError text={save.error} />
        <div className={css.acts}>
          {isHeld && (
            <Button
              tone="primary"
              icon="check"
              isBusy={running === "release"}
              onClick={() => handleAct("release")}
              data-testid="mail-release"
            >
              {t("maillog.release")}
            </Button>
          )}
          <Button
            icon="reship"
            isBusy={running === "reparse"}
            onClick={() => handleAct("reparse")}
            data-testid="mail-reparse"
          >
            {t("maillog.reparse")}
          </Button>
          <a
            className={buttonClass({})}
            href={mailAdmin.rawMailUrl(mail.id)}
            download={`mail-${mail.id}.eml`}
            data-testid="mail-raw"
          >
            {t("maillog.raw")}
          </a>
          {isFiled && mail.ticket_id !== null && <TicketLink id={mail.ticket_id} />}
          {!isFiled && mail.state !== "discarded" && (
            <Button
              className={css.last ?? ""}
              tone="quiet"
              icon="trash"
              onClick={() =>
                ask({
                  title: t("maillog.discard_title"),
                  text: t("maillog.discard_text", { from: senderName(mail) || t("maillog.no_sender") }),
                  verb: t("maillog.discard"),
                  run: () => act("discard"),
                })
              }
              data-testid="mail-discard"
            >
              {t("maillog.discard")}
            </Button>
          )}
        </div>
        <p className={css.quiet}>{t(isHeld ? "maillog.acts_held" : "maillog.acts")}</p>
      </div>
      {dialog}
    </Dialog>
  );
}

function Facts({ mail }: { mail: MailAdmin.MailEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  const inbox = useInboxes().find(({ id }) => id === mail.inbox_id);
  const from = mail.from.name ? `${mail.from.name} <${mail.from.address}>` : mail.from.address;
  const rows: [string, string][] = [
    [t("maillog.from"), from || t("maillog.no_sender")],
    [t("maillog.to"), mail.to.join(", ")],
    [t("maillog.received"), format.full(mail.received_at)],
    [t("maillog.inbox"), inbox?.name ?? t("maillog.no_inbox")],
    [t("maillog.source"), sourceText(t, mail.source)],
    [t("maillog.size"), format.bytes(mail.size)],
  ];
  return (
    <dl className={css.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
