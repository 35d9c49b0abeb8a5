import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../app/desk";
import { useMe, useTopic } from "../lib/hooks";

/** "(3) Inbox · Parley": how many of my tickets hold something unread. A part of its own, for it changes more often than all around it. */
export function Title(): null {
  const { t } = useTranslation();
  const me = useMe()?.agent.id;
  const unread = useTopic("tickets", () => {
    const { tickets, reads } = desk.store.state;
    let count = 0;
    tickets.forEach((ticket) => {
      if (ticket.assignee_id !== me || ticket.state === "solved" || ticket.state === "closed") return;
      if (ticket.customer_message_count > (reads.get(ticket.id) ?? 0)) count++;
    });
    return count;
  });
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${t("nav.inbox")} · Parley`;
  }, [unread, t]);
  return null;
}
