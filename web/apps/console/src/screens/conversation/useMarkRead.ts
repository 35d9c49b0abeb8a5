import { useEffect, useState } from "react";
import { desk } from "../../app/desk";
import { useLog, useReadCount, useTicket } from "../../lib/hooks";
import { keptUnread } from "./unread";

/** What is open, at the bottom and in front of somebody counts as read. */
export function useMarkRead(ticketId: number, isBottomSeen: boolean): void {
  const ticket = useTicket(ticketId);
  const readCount = useReadCount(ticketId);
  const lastId = useLog(ticketId)?.items.at(-1)?.id;
  const [isWatched, setIsWatched] = useState(() => document.visibilityState === "visible");

  useEffect(() => {
    const handle = (): void => setIsWatched(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", handle);
    return () => document.removeEventListener("visibilitychange", handle);
  }, []);

  const hasUnread = (ticket?.customer_message_count ?? 0) > readCount;
  useEffect(() => {
    if (!hasUnread || !isWatched || !isBottomSeen || lastId === undefined || keptUnread.get() === ticketId) return;
    const timer = setTimeout(() => void desk.markRead(ticketId, lastId).catch(() => undefined), 250);
    return () => clearTimeout(timer);
  }, [ticketId, hasUnread, isWatched, isBottomSeen, lastId]);

  useEffect(() => () => keptUnread.clear(), []);
}
