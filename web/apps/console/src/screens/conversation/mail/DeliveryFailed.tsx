import type { Message } from "@parley/protocol";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { useFormat } from "../../../lib/format";
import { useTopic } from "../../../lib/hooks";
import { addressesOf, peopleAt, recipientsOf } from "./failures";
import css from "./Mail.module.css";
import { reasonOf } from "./mail-delivery";

const SHOWN_MAX = 3;

/** What the server says of a mail that did not reach somebody. */
interface Told {
  messageId: number;
  status: string;
  /** Empty: all of them. */
  recipients: readonly number[];
  isGivenUp: boolean;
}

export function toldOf({ params }: Pick<Message, "params">): Told {
  const { message_id, status, recipients, is_given_up } = params;
  return {
    messageId: typeof message_id === "number" ? message_id : 0,
    status: typeof status === "string" ? status : "",
    recipients: Array.isArray(recipients) ? recipients.filter((item) => typeof item === "number") : [],
    isGivenUp: is_given_up === true,
  };
}

/** The line of a mail that was refused or given up: for whom, why, and where it is. */
export default function DeliveryFailed({ message }: { message: Message }) {
  const { t } = useTranslation();
  const format = useFormat();
  const told = toldOf(message);
  const mail = useTopic(`log:${message.ticket_id}`, () =>
    desk.store.state.logs.get(message.ticket_id)?.items.find(({ id }) => id === told.messageId),
  );
  const email = mail?.email ?? null;
  const people = told.recipients.length > 0 ? peopleAt(email, told.recipients) : email ? recipientsOf(email) : [];
  const shown = addressesOf(people.slice(0, SHOWN_MAX), t("email.separator"));
  const more = people.length - SHOWN_MAX;
  const list = more > 0 ? t("event.and_more", { list: shown, count: more }) : shown;
  const reason = t(`email.reason_${reasonOf(told.status)}`);
  const what = told.isGivenUp
    ? list
      ? t("event.delivery_given_up_for", { list })
      : t("event.delivery_given_up")
    : list
      ? t("event.delivery_failed_for", { list })
      : t("event.delivery_failed");
  const handleShow = (): void => {
    const place = document.querySelector<HTMLElement>(`article[data-message-id="${told.messageId}"]`);
    if (!place) return;
    place.scrollIntoView({ block: "center" });
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  };
  return (
    <>
      {format.sentences(what, reason)}{" "}
      {email && (
        <button type="button" className={css.jump} onClick={handleShow} data-testid="event-show-mail">
          {t("event.show_mail")}
        </button>
      )}
    </>
  );
}
