import type { Message } from "@parley/protocol";
import { Icon, type IconName, later } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import css from "./Stream.module.css";
import { useEventText } from "./useEventText";

const DeliveryFailed = later(() => import("./mail/DeliveryFailed"));

const icons: Record<string, IconName> = {
  state_changed: "done",
  assigned: "split",
  team_changed: "users",
  priority_changed: "up",
  rated: "star",
  delivery_failed: "alert",
  contact_left: "info",
  offer_declined: "swap",
  offer_expired: "clock",
};

const MERGE_ABOVE = 3;

/** What happened, one grey line each; a run of more than three is folded. */
export function EventLines({ messages }: { messages: readonly Message[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isOpen, setIsOpen] = useState(false);
  const last = messages.at(-1);
  if (messages.length > MERGE_ABOVE && !isOpen && last) {
    return (
      <p className={css.event}>
        <Icon name="history" />
        <button type="button" className={css.unfold} aria-expanded={false} onClick={() => setIsOpen(true)}>
          {t("event.folded", { count: messages.length })}
        </button>
        <time>{format.clock(last.created_at)}</time>
      </p>
    );
  }
  return (
    <div className={css.events}>
      {messages.map((message) => (
        <EventLine key={message.id} message={message} />
      ))}
    </div>
  );
}

function EventLine({ message }: { message: Message }) {
  const format = useFormat();
  const text = useEventText(message);
  return (
    <p className={css.event} data-testid="event" data-message-id={message.id} data-code={message.code ?? ""}>
      <Icon name={icons[message.code ?? ""] ?? "info"} />
      <span>{message.code === "delivery_failed" ? <DeliveryFailed message={message} /> : text}</span>
      <time dateTime={new Date(message.created_at).toISOString()} title={format.full(message.created_at)}>
        {format.clock(message.created_at)}
      </time>
    </p>
  );
}
