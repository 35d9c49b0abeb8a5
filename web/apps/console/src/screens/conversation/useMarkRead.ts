import { useEffect, useState } from "react";
import { desk } from "../../app/desk";
import { keptUnread } from "./unread";

const QUIET_MS = 250;

function unreadUpTo(ticketId: number): number | null {
  const { tickets, reads, logs } = desk.store.state;
  const hasUnread = (tickets.get(ticketId)?.customer_message_count ?? 0) > (reads.get(ticketId) ?? 0);
  return hasUnread ? (logs.get(ticketId)?.items.at(-1)?.id ?? null) : null;
}

/** What is open, at the bottom and in front of somebody counts as read. Listens by itself: it draws nothing. */
export function useMarkRead(ticketId: number, isBottomSeen: boolean): void {
  const [isWatched, setIsWatched] = useState(() => document.visibilityState === "visible");

  useEffect(() => {
    const handle = (): void => setIsWatched(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", handle);
    return () => document.removeEventListener("visibilitychange", handle);
  }, []);

  useEffect(() => {
    if (!isWatched || !isBottomSeen) return;
    let timer = 0;
    const handleNews = (): void => {
      window.clearTimeout(timer);
      const lastId = unreadUpTo(ticketId);
      if (lastId === null || keptUnread.get() === ticketId) return;
      timer = window.setTimeout(() => void desk.markRead(ticketId, lastId).catch(() => undefined), QUIET_MS);
    };
    const leave = [`ticket:${ticketId}`, `log:${ticketId}`].map((topic) => desk.store.subscribe(topic, handleNews));
    handleNews();
    return () => {
      window.clearTimeout(timer);
      for (const stop of leave) stop();
    };
  }, [ticketId, isWatched, isBottomSeen]);

  useEffect(() => () => keptUnread.clear(), []);
}
