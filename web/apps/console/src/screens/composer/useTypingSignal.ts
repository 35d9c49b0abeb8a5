import type { DraftKind } from "@parley/protocol";
import { useCallback, useEffect, useRef } from "react";
import { desk } from "../../app/desk";

const EVERY_MS = 3000;
const IDLE_MS = 5000;

/** Tells the others that somebody writes: at most every three seconds, and once when he stops. */
export function useTypingSignal(ticketId: number, kind: DraftKind) {
  const sentAt = useRef(0);
  const idle = useRef(0);

  const stop = useCallback((): void => {
    window.clearTimeout(idle.current);
    if (sentAt.current === 0) return;
    sentAt.current = 0;
    desk.send({ type: "typing", ticket_id: ticketId, is_typing: false, kind });
  }, [ticketId, kind]);

  const signal = useCallback((): void => {
    window.clearTimeout(idle.current);
    idle.current = window.setTimeout(stop, IDLE_MS);
    if (Date.now() - sentAt.current < EVERY_MS) return;
    sentAt.current = Date.now();
    desk.send({ type: "typing", ticket_id: ticketId, is_typing: true, kind });
  }, [ticketId, kind, stop]);

  useEffect(() => stop, [stop]);
  return { signal, stop };
}
