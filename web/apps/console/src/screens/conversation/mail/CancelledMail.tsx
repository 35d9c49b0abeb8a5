import { Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../lib/format";
import { useCan } from "../../../lib/hooks";
import type { Bubble } from "../stream";
import css from "./Mail.module.css";
import { putBack } from "./mail-actions";

interface CancelledProps {
  bubble: Bubble;
  ticketId: number;
  name: string;
}

/** A mail that was taken back before it left: a line, no sheet. */
export function CancelledMail({ bubble, ticketId, name }: CancelledProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const canReply = useCan("ticket.reply");
  return (
    <p
      className={css.cancelled}
      data-testid="message"
      data-message-id={bubble.id ?? undefined}
      data-delivery="cancelled"
    >
      <Icon name="x" size="sm" />
      <span>{t("email.cancelled", { name })}</span>
      <q>{bubble.text.slice(0, 120)}</q>
      <time dateTime={new Date(bubble.at).toISOString()}>{format.clock(bubble.at)}</time>
      {canReply && (
        <button type="button" onClick={() => void putBack(ticketId, bubble)} data-testid="mail-put-back">
          {t("email.put_back")}
        </button>
      )}
    </p>
  );
}
