import type { Message, ReplyGuard } from "@parley/protocol";
import { useEffect, useState } from "react";
import { desk } from "../../app/desk";
import { sameItems, useDerived, useMe } from "../../lib/hooks";

/** A customer's line that has been in view this long counts as read; a colleague's answer never does by itself. */
const SEEN_AFTER_MS = 3000;

interface Base {
  version: number;
  /** Newest message when the writing began: the divider stands after it. */
  messageId: number;
  /** Newest message the writer is known to have seen. */
  seenId: number;
}

function snapshot(ticketId: number): Base {
  const version = desk.store.state.tickets.get(ticketId)?.version ?? 0;
  const messageId = desk.store.state.logs.get(ticketId)?.items.at(-1)?.id ?? 0;
  return { version, messageId, seenId: messageId };
}

/** Of what the server held a reply back for, the oldest message. */
function firstHeld(guard: ReplyGuard | null): number | null {
  const ids = guard?.changes.flatMap((change) => (change.message ? [change.message.id] : [])) ?? [];
  return ids.length > 0 ? Math.min(...ids) : null;
}

/**
 * What came in since the agent started to write, or since the replies that are held were written; the server asks the
 * same question again when he sends.
 */
export function useNews(ticketId: number, isWriting: boolean, isBottomSeen: boolean, held: ReplyGuard | null) {
  const me = useMe()?.agent.id;
  const [base, setBase] = useState<Base | null>(null);
  const [guard, setGuard] = useState<ReplyGuard | null>(null);

  useEffect(() => {
    setBase((old) => (isWriting ? (old ?? snapshot(ticketId)) : null));
    if (!isWriting) setGuard(null);
  }, [isWriting, ticketId]);

  const heldFrom = firstHeld(held);
  const seenId = heldFrom === null ? base?.seenId : heldFrom - 1;

  const select = (): readonly Message[] => {
    if (seenId === undefined) return [];
    const isOther = (message: Message) => !(message.author.kind === "agent" && message.author.id === me);
    const items = desk.store.state.logs.get(ticketId)?.items ?? [];
    return items.filter((message) => message.id > seenId && message.kind === "reply" && isOther(message));
  };
  const news = useDerived(`log:${ticketId}`, select, sameItems);

  const acknowledge = (): void => {
    setBase((old) => (old ? { ...snapshot(ticketId), messageId: old.messageId } : old));
    setGuard(null);
  };

  const isOnlyCustomer = news.length > 0 && news.every((message) => message.author.kind === "customer");
  useEffect(() => {
    if (!isOnlyCustomer || !isBottomSeen || guard) return;
    const timer = setTimeout(() => {
      if (document.visibilityState !== "visible") return;
      setBase((old) => (old ? { ...snapshot(ticketId), messageId: old.messageId } : old));
    }, SEEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isOnlyCustomer, isBottomSeen, guard, ticketId]);

  const afterId = heldFrom === null ? (base?.messageId ?? null) : heldFrom - 1;
  return { base, news, afterId, guard, setGuard, acknowledge };
}
