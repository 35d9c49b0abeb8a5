import type { Message } from "@parley/protocol";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { useFormat } from "../../../lib/format";
import { useTopic } from "../../../lib/hooks";
import { customerName } from "../../../lib/people";
import type { Speaker } from "../MessageRun";
import type { Bubble } from "../stream";
import { DeliveryLine } from "./DeliveryLine";
import { sendAgain, takeBack } from "./mail-actions";

interface ScheduledProps {
  bubble: Bubble;
  ticketId: number;
  customer: Speaker;
  at: number;
}

/** By the customer himself, and not by a machine that says he is away. */
function isWritten({ kind, author, email }: Message): boolean {
  return kind === "reply" && author.kind === "customer" && (email === null || email.kind === "human");
}

/** The customer has written after this mail was: what it says may be out of date. */
function useHasAnswer(ticketId: number, id: number | null): boolean {
  return useTopic(`log:${ticketId}`, () => {
    const items = desk.store.state.logs.get(ticketId)?.items ?? [];
    const newest = items.findLast(isWritten);
    return id !== null && newest !== undefined && newest.id > id;
  });
}

/** A mail that waits for its time. */
export function ScheduledMail({ bubble, ticketId, customer, at }: ScheduledProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = customerName(customer);
  const when = format.full(at);
  const stops = bubble.email?.stops_on_reply ?? false;
  const hasAnswer = useHasAnswer(ticketId, bubble.id);
  const warning = stops ? t("email.will_not_be_sent", { name }) : t("email.has_written_since", { name });
  return (
    <DeliveryLine
      sign={hasAnswer ? "alert" : "clock"}
      {...(hasAnswer && { tone: "warn" })}
      acts={[
        { label: t("common.edit"), run: () => takeBack(ticketId, bubble, true), testId: "mail-edit" },
        { label: t("common.cancel"), run: () => takeBack(ticketId, bubble, false), testId: "mail-cancel" },
        { label: t("email.send_now"), run: () => sendAgain(bubble), testId: "mail-send-now" },
      ]}
    >
      {hasAnswer && stops
        ? warning
        : format.sentences(
            stops ? t("email.scheduled_unless", { when, name }) : t("email.scheduled", { when }),
            hasAnswer ? warning : "",
          )}
    </DeliveryLine>
  );
}
