import type { DeskNews } from "@parley/client";
import { useNavigate } from "@tanstack/react-router";
import i18next from "i18next";
import { useEffect } from "react";
import { desk } from "../app/desk";
import { customerName } from "../lib/people";
import { playSound } from "../lib/sound";

function titleOf(news: DeskNews): string {
  const name = customerName(news.ticket.requester);
  switch (news.type) {
    case "offered":
      return i18next.t("offer.from", { name });
    case "assigned":
      return i18next.t("notify.assigned", { number: news.ticket.number });
    case "customer_message":
      return name;
  }
}

/** Sound and desktop notifications, as the agent wants them; never for what is in front of him. */
export function useNotifications(): void {
  const navigate = useNavigate();
  useEffect(
    () =>
      desk.news.subscribe((news) => {
        const settings = desk.me?.notification_settings;
        const isWatching = document.visibilityState === "visible" && document.hasFocus();
        const isOpen = location.pathname.endsWith(`/${news.ticket.id}`);
        if (news.type !== "offered" && isWatching && isOpen) return;
        if (settings?.sound) playSound(news.type === "offered" ? "offer" : "message");
        if (!settings?.desktop || isWatching || !("Notification" in window) || Notification.permission !== "granted")
          return;
        const body = news.type === "customer_message" ? news.text.slice(0, 160) : news.ticket.subject;
        const note = new Notification(titleOf(news), { body, tag: `ticket-${news.ticket.id}` });
        note.onclick = () => {
          window.focus();
          note.close();
          void navigate({ to: "/inbox/$view/$ticketId", params: { view: "mine", ticketId: String(news.ticket.id) } });
        };
      }),
    [navigate],
  );
}
