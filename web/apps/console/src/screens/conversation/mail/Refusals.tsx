import type { MessageDelivery } from "@parley/protocol";
import { useTranslation } from "react-i18next";
import { attempt } from "../../../lib/errors";
import { useFormat } from "../../../lib/format";
import type { Bubble } from "../stream";
import { DeliveryLine } from "./DeliveryLine";
import { addressesOf, peopleAt, recipientsOf, refusalsOf } from "./failures";
import css from "./Mail.module.css";
import { putBack, sendAgain } from "./mail-actions";

interface RefusalsProps {
  bubble: Bubble;
  ticketId: number;
  delivery: MessageDelivery;
}

/** Who did not get a mail that others have, or still may get: a line for each reason, and what can be done for these people. */
export function Refusals({ bubble, ticketId, delivery }: RefusalsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { email } = bubble;
  const { failures, state } = delivery;
  if (failures.length === 0) return null;
  const comma = t("email.separator");
  const refusals = refusalsOf(email, failures);
  const people = peopleAt(
    email,
    failures.map(({ recipient }) => recipient),
  );
  const isOver = state === "failed" || state === "dead";
  const hasOthers = isOver && email !== null && people.length < recipientsOf(email).length;
  const hint = t("email.only_to", { list: addressesOf(people, comma) });
  const writeAgain = {
    label: t("email.put_back"),
    hint,
    run: () => attempt(putBack(ticketId, bubble, people)),
    testId: "mail-put-back",
  };
  const again = { label: t("email.send_again"), hint, run: () => sendAgain(bubble), testId: "mail-again" };
  return (
    <div role="alert" className={css.refusals} data-testid="mail-refusals">
      {refusals.map((refusal, index) => (
        <DeliveryLine
          key={refusal.reason}
          sign="alert"
          tone="bad"
          detail={refusal.detail}
          acts={index < refusals.length - 1 ? [] : isOver ? [again, writeAgain] : [writeAgain]}
        >
          {format.sentences(
            t(state === "dead" ? "email.given_up_for" : "email.failed_for", {
              list: addressesOf(refusal.people, comma) || t("email.somebody"),
            }),
            t(`email.reason_${refusal.reason}`),
            hasOthers && index === refusals.length - 1 ? t("email.others_have_it") : "",
          )}
          {refusal.status && <small className={css.code}>{refusal.status}</small>}
        </DeliveryLine>
      ))}
    </div>
  );
}
