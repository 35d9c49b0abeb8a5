import { Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { attempt } from "../../../lib/errors";
import { useFormat } from "../../../lib/format";
import { useCan } from "../../../lib/hooks";
import { customerName } from "../../../lib/people";
import type { Speaker } from "../MessageRun";
import type { Bubble } from "../stream";
import css from "./Mail.module.css";
import { putBack } from "./mail-actions";
import { isSuperseded } from "./mail-delivery";

interface CancelledProps {
  bubble: Bubble;
  ticketId: number;
  customer: Speaker;
  name: string;
}

/** A mail that was taken back before it left, or that the customer's own mail has stopped: a line, no sheet. */
export function CancelledMail({ bubble, ticketId, customer, name }: CancelledProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const canReply = useCan("ticket.reply");
  const isStopped = isSuperseded(bubble.delivery);
  return (
    <p
      className={css.cancelled}
      data-testid="message"
      data-message-id={bubble.id ?? undefined}
      data-delivery="cancelled"
    >
      <Icon name="x" size="sm" />
      <span>
        {isStopped ? t("email.superseded", { name: customerName(customer) }) : t("email.cancelled", { name })}
      </span>
      <q>{bubble.text.slice(0, 120)}</q>
      <time dateTime={new Date(bubble.at).toISOString()}>{format.clock(bubble.at)}</time>
      {canReply && (
        <button type="button" onClick={() => attempt(putBack(ticketId, bubble))} data-testid="mail-put-back">
          {t("email.put_back")}
        </button>
      )}
    </p>
  );
}
