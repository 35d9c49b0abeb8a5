import type { MessageDelivery } from "@parley/protocol";
import { cx, Icon } from "@parley/ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNow, useNowSeconds } from "../../../lib/clock";
import { useFormat } from "../../../lib/format";
import { useCan } from "../../../lib/hooks";
import type { Bubble } from "../stream";
import css from "./Mail.module.css";
import { putBack, sendAgain, takeBack } from "./mail-actions";
import { type DeliveryView, deliveryView, isCountingDown } from "./mail-delivery";

interface DeliveryProps {
  bubble: Bubble;
  ticketId: number;
}

/** Where an outgoing e-mail is, in words, with what can be done about it. */
export function MailDelivery({ bubble, ticketId }: DeliveryProps) {
  const now = useNow();
  const { delivery } = bubble;
  if (!delivery) return null;
  if (isCountingDown(delivery, now)) return <Countdown bubble={bubble} ticketId={ticketId} delivery={delivery} />;
  return <Line bubble={bubble} ticketId={ticketId} delivery={delivery} view={deliveryView(delivery, now)} />;
}

function Countdown({ delivery, ...rest }: DeliveryProps & { delivery: MessageDelivery }) {
  const now = useNowSeconds();
  return <Line {...rest} delivery={delivery} view={deliveryView(delivery, now)} />;
}

function Line({ bubble, ticketId, delivery, view }: DeliveryProps & { delivery: MessageDelivery; view: DeliveryView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canReply = useCan("ticket.reply");
  const act = (label: string, run: () => void, testId?: string): ReactNode =>
    canReply && (
      <button type="button" onClick={run} data-testid={testId}>
        {label}
      </button>
    );
  const detail = [delivery.status, delivery.error].filter((part) => part !== "").join(" ");
  switch (view.kind) {
    case "undo":
      return (
        <p className={css.delivery} data-testid="mail-delivery">
          <Ring seconds={view.seconds} />
          <span>{t("email.sending_in", { count: view.seconds })}</span>
          {act(t("toast.undo"), () => takeBack(ticketId, bubble, true), "mail-undo")}
        </p>
      );
    case "scheduled":
      return (
        <p className={css.delivery} data-testid="mail-delivery">
          <Icon name="clock" size="sm" />
          <span>{t("email.scheduled", { when: format.full(view.at) })}</span>
          {act(t("common.edit"), () => takeBack(ticketId, bubble, true), "mail-edit")}
          {act(t("common.cancel"), () => takeBack(ticketId, bubble, false), "mail-cancel")}
          {act(t("email.send_now"), () => sendAgain(bubble), "mail-send-now")}
        </p>
      );
    case "retrying":
      return (
        <p className={cx(css.delivery, css.warn)} data-testid="mail-delivery">
          <Icon name="clock" size="sm" />
          <span title={detail}>
            {format.sentences(
              t("email.retrying"),
              t(`email.reason_${view.reason}`),
              view.at === null ? "" : t("email.next_try", { when: format.short(view.at) }),
            )}
          </span>
          {act(t("email.try_now"), () => sendAgain(bubble), "mail-again")}
        </p>
      );
    case "failed":
      return (
        <p className={cx(css.delivery, css.bad)} role="alert" data-testid="mail-delivery">
          <Icon name="alert" size="sm" />
          <span title={detail}>
            {format.sentences(t(view.isGivenUp ? "email.given_up" : "email.failed"), t(`email.reason_${view.reason}`))}
            {delivery.status && <small className={css.code}>{delivery.status}</small>}
          </span>
          {act(t("email.send_again"), () => sendAgain(bubble), "mail-again")}
          {act(t("email.put_back"), () => void putBack(ticketId, bubble), "mail-put-back")}
        </p>
      );
    case "uncertain":
      return (
        <p className={cx(css.delivery, css.warn)} role="alert" data-testid="mail-delivery">
          <Icon name="alert" size="sm" />
          <span title={detail}>{t("email.uncertain")}</span>
          {act(t("email.send_again"), () => sendAgain(bubble), "mail-again")}
        </p>
      );
    case "cancelled":
      return null;
    default:
      return (
        <p className={css.delivery} title={detail || undefined} data-testid="mail-delivery">
          <Icon name={view.kind === "sending" ? "clock" : view.kind === "sent" ? "check" : "check2"} size="sm" />
          {t(`delivery.${view.kind}`)}
        </p>
      );
  }
}

const AROUND = 2 * Math.PI * 6;
const WHOLE = 10;

/** Ten seconds as a ring that empties. The words beside it say the same. */
function Ring({ seconds }: { seconds: number }) {
  const share = Math.min(1, seconds / WHOLE);
  return (
    <svg className={css.ring} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" />
      <circle cx="8" cy="8" r="6" strokeDasharray={AROUND} strokeDashoffset={AROUND * (1 - share)} />
    </svg>
  );
}
