import type { MailAdmin } from "@parley/protocol";
import { Button, cx, later } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { useFormat } from "../../../lib/format";
import { showToast } from "../../../lib/toasts";
import { useConfirm } from "../../confirm/Confirm";
import { FormError } from "../parts";
import { useSave } from "../useSave";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { TicketLink } from "./MailRow";
import { OUT_TONES } from "./mail-words";
import { Tag } from "./parts";

const SendAgainDialog = later(() => import("../../mail/SendAgainDialog"));

interface RowProps {
  item: MailAdmin.OutboxItem;
  onChange: (item: MailAdmin.OutboxItem) => void;
}

/** A mail on its way, or stuck there until somebody sends it again or says that it is dealt with. */
export function OutboxRow({ item, onChange }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const save = useSave();
  const { ask, dialog } = useConfirm();
  const [isAsking, setIsAsking] = useState(false);
  const to = item.to.join(", ");
  const send = async (): Promise<void> => {
    onChange(await mailAdmin.actOnOutbox(item.id, "send"));
    showToast(t("mailout.did_send"));
  };
  const discard = async (): Promise<void> => {
    const fresh = await mailAdmin.actOnOutbox(item.id, "discard");
    onChange(fresh);
    showToast(t(fresh.state === "cancelled" ? "mailout.did_take_back" : "mailout.did_settle"));
  };
  const arrived = async (): Promise<void> => {
    const { message } = await desk.api.markArrived(item.message_id);
    onChange({
      ...item,
      state: message.delivery?.state ?? "sent",
      updated_at: message.delivery?.at ?? item.updated_at,
    });
    showToast(t("mailout.did_arrive"));
  };
  const handleSend = (): void => {
    if (item.state === "uncertain") setIsAsking(true);
    else void save.run(send);
  };
  const handleTakeBack = (): void =>
    ask({
      title: t("mailout.take_back_title"),
      text: t("mailout.take_back_text", { to }),
      verb: t("mailout.take_back"),
      run: discard,
    });
  const isStuck = item.state === "failed" || item.state === "dead" || item.state === "uncertain";
  const isOpen = isStuck && item.settled_at === null;
  return (
    <li
      className={cx(css.item, css.outItem, isOpen && css.isHot)}
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
          <Tag tone={isOpen || !isStuck ? OUT_TONES[item.state] : "neutral"}>{t(`outstate.${item.state}`)}</Tag>
          {item.settled_at !== null && (
            <Tag tone="neutral">{t("mailout.settled", { when: format.short(item.settled_at) })}</Tag>
          )}
          <span className={css.quiet}>{t("mailout.attempts", { count: item.attempts })}</span>
          {item.state === "pending" && (
            <span className={css.quiet}>{t("mailout.next", { when: format.full(item.due_at) })}</span>
          )}
        </span>
        {isOpen && <p className={css.explain}>{t(`mailout.why_${item.state}`)}</p>}
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
        {item.state === "pending" && (
          <Button
            size="sm"
            tone="quiet"
            icon="x"
            onClick={handleTakeBack}
            aria-label={t("mailout.take_back_to", { to })}
            data-testid="outbox-take-back"
          >
            {t("mailout.take_back")}
          </Button>
        )}
        {item.state === "uncertain" && item.message_id !== 0 && (
          <Button
            size="sm"
            icon="check"
            isBusy={save.isBusy}
            onClick={() => void save.run(arrived)}
            aria-label={t("mailout.arrived_at", { to })}
            data-testid="outbox-arrived"
          >
            {t("email.arrived")}
          </Button>
        )}
        {isOpen && (
          <Button
            size="sm"
            tone="quiet"
            icon="done"
            isBusy={save.isBusy}
            onClick={() => void save.run(discard)}
            aria-label={t("mailout.settle_for", { to })}
            data-testid="outbox-settle"
          >
            {t("mailout.settle")}
          </Button>
        )}
        {item.ticket_id !== null && <TicketLink id={item.ticket_id} />}
      </div>
      {dialog}
      {isAsking && <SendAgainDialog to={to} run={send} onClose={() => setIsAsking(false)} />}
    </li>
  );
}
