import type { MessageDelivery } from "@parley/protocol";
import { useTranslation } from "react-i18next";
import { useNow, useNowSeconds } from "../../../lib/clock";
import { attempt } from "../../../lib/errors";
import { useFormat } from "../../../lib/format";
import type { Speaker } from "../MessageRun";
import type { Bubble } from "../stream";
import { DeliveryLine } from "./DeliveryLine";
import css from "./Mail.module.css";
import { putBack, sendAgain, takeBack } from "./mail-actions";
import { type DeliveryView, deliveryView, isCountingDown } from "./mail-delivery";
import { Refusals } from "./Refusals";
import { ScheduledMail } from "./ScheduledMail";
import { UncertainMail } from "./UncertainMail";

interface DeliveryProps {
  bubble: Bubble;
  ticketId: number;
  customer: Speaker;
}
type Known = DeliveryProps & { delivery: MessageDelivery };

/** Where an outgoing e-mail is, in words, with what can be done about it; and whom it did not reach. */
export function MailDelivery(props: DeliveryProps) {
  const now = useNow();
  const { delivery } = props.bubble;
  if (!delivery || delivery.state === "cancelled") return null;
  return (
    <>
      {isCountingDown(delivery, now) ? (
        <Countdown {...props} delivery={delivery} />
      ) : (
        <Line {...props} delivery={delivery} view={deliveryView(delivery, now)} />
      )}
      <Refusals bubble={props.bubble} ticketId={props.ticketId} delivery={delivery} />
    </>
  );
}

function Countdown({ delivery, ...rest }: Known) {
  const now = useNowSeconds();
  return <Line {...rest} delivery={delivery} view={deliveryView(delivery, now)} />;
}

function Line({ bubble, ticketId, customer, delivery, view }: Known & { view: DeliveryView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const detail = [delivery.status, delivery.error].filter((part) => part !== "").join(" ");
  switch (view.kind) {
    case "undo":
      return (
        <DeliveryLine
          sign={<Ring seconds={view.seconds} />}
          acts={[{ label: t("toast.undo"), run: () => takeBack(ticketId, bubble, true), testId: "mail-undo" }]}
        >
          {t("email.sending_in", { count: view.seconds })}
        </DeliveryLine>
      );
    case "scheduled":
      return <ScheduledMail bubble={bubble} ticketId={ticketId} customer={customer} at={view.at} />;
    case "retrying":
      return (
        <DeliveryLine
          sign="clock"
          tone="warn"
          detail={detail}
          acts={[
            { label: t("email.try_now"), run: () => sendAgain(bubble), testId: "mail-again" },
            { label: t("email.stop"), run: () => takeBack(ticketId, bubble, true), testId: "mail-stop" },
          ]}
        >
          {format.sentences(
            t("email.retrying"),
            t(`email.reason_${view.reason}`),
            view.at === null ? "" : t("email.next_try", { when: format.short(view.at) }),
          )}
        </DeliveryLine>
      );
    case "failed":
      // Where single people are named, they have lines of their own.
      if (delivery.failures.length > 0) return null;
      return (
        <DeliveryLine
          sign="alert"
          tone="bad"
          isAlert
          detail={detail}
          acts={[
            { label: t("email.send_again"), run: () => sendAgain(bubble), testId: "mail-again" },
            { label: t("email.put_back"), run: () => attempt(putBack(ticketId, bubble)), testId: "mail-put-back" },
          ]}
        >
          {format.sentences(t(view.isGivenUp ? "email.given_up" : "email.failed"), t(`email.reason_${view.reason}`))}
          {delivery.status && <small className={css.code}>{delivery.status}</small>}
        </DeliveryLine>
      );
    case "uncertain":
      return <UncertainMail bubble={bubble} detail={detail} />;
    case "cancelled":
      return null;
    default:
      return (
        <DeliveryLine
          sign={view.kind === "sending" ? "clock" : view.kind === "sent" ? "check" : "check2"}
          detail={detail}
        >
          {t(`delivery.${view.kind}`)}
        </DeliveryLine>
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
