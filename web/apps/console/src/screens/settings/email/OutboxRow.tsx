import type { MailAdmin } from "@parley/protocol";
import { Button, cx } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../lib/format";
import { showToast } from "../../../lib/toasts";
import { FormError } from "../parts";
import { useSave } from "../useSave";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { TicketLink } from "./MailRow";
import { OUT_TONES } from "./mail-words";
import { Notice, Tag, useConfirm } from "./parts";

interface RowProps {
  item: MailAdmin.OutboxItem;
  onChange: (item: MailAdmin.OutboxItem) => void;
}

/** A mail on its way, or stuck there. One that may have arrived is only sent again after a warning. */
export function OutboxRow({ item, onChange }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const save = useSave();
  const { ask, dialog } = useConfirm();
  const to = item.to.join(", ");
  const act = async (what: "send" | "discard"): Promise<void> => {
    onChange(await mailAdmin.actOnOutbox(item.id, what));
    showToast(t(`mailout.did_${what}`));
  };
  const handleSend = (): void => {
    if (item.state !== "uncertain") return void save.run(() => act("send"));
    ask({
      title: t("mailout.again_title"),
      text: t("mailout.again_text", { to }),
      verb: t("mailout.again_anyway"),
      run: () => act("send"),
      children: <Notice tone="warning">{t("mailout.again_advice")}</Notice>,
    });
  };
  const handleDiscard = (): void =>
    ask({
      title: t("mailout.discard_title"),
      text: t("mailout.discard_text", { to }),
      verb: t("maillog.discard"),
      run: () => act("discard"),
    });
  const isStuck = item.state === "failed" || item.state === "dead" || item.state === "uncertain";
  return (
    <li
      className={cx(css.item, css.outItem, isStuck && css.isHot)}
      data-testid="outbox-row"
      data-outbox-id={item.id}
      data-state={item.state}
    >
      <div className={css.outMain}>
        <span className={css.itemHead}>
          <strong>{to || t("mailout.no_recipient")}</strong>
          <time dateTime={new Date(item.updated_at).toISOString()}>{format.short(item.updated_at)}</time>
        </span>
        <span className={css.subject}>{item.subject || t("conversation.no_subject")}</span>
        <span className={css.itemFoot}>
          <Tag tone={OUT_TONES[item.state]}>{t(`outstate.${item.state}`)}</Tag>
          <span className={css.quiet}>{t("mailout.attempts", { count: item.attempts })}</span>
          {item.state === "pending" && (
            <span className={css.quiet}>{t("mailout.next", { when: format.full(item.due_at) })}</span>
          )}
        </span>
        {isStuck && <p className={css.explain}>{t(`mailout.why_${item.state}`)}</p>}
        {item.error && <p className={css.serverSaid}>{item.error}</p>}
        <FormError text={save.error} />
      </div>
      <div className={css.acts}>
        {isStuck && (
          <Button
            size="sm"
            icon="reship"
            isBusy={save.isBusy}
            onClick={handleSend}
            aria-label={t("mailout.again_to", { to })}
            data-testid="outbox-send"
          >
            {t("mailout.again")}
          </Button>
        )}
        {item.state === "pending" && (
          <Button
            size="sm"
            icon="send"
            isBusy={save.isBusy}
            onClick={handleSend}
            aria-label={t("mailout.now_to", { to })}
          >
            {t("mailout.now")}
          </Button>
        )}
        {item.state !== "sending" && (
          <Button
            size="sm"
            tone="quiet"
            icon="trash"
            onClick={handleDiscard}
            aria-label={t("mailout.discard_to", { to })}
            data-testid="outbox-discard"
          >
            {t("maillog.discard")}
          </Button>
        )}
        {item.ticket_id !== null && <TicketLink id={item.ticket_id} />}
      </div>
      {dialog}
    </li>
  );
}
