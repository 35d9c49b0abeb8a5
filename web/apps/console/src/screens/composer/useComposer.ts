import { heldOf, type OutboxEntry } from "@parley/client";
import type { DraftKind, TicketState } from "@parley/protocol";
import { useEffect, useState } from "react";
import { desk } from "../../app/desk";
import { useCan, useOutbox } from "../../lib/hooks";
import { closesWith } from "../conversation/actions";
import { useDraft } from "./useDraft";
import { useNews } from "./useNews";
import { useTypingSignal } from "./useTypingSignal";
import { useUploads } from "./useUploads";

export const MAX_LENGTH = 10_000;

/** Everything behind the composer: text, mode, files, news since the writing began, sending. */
export function useComposer(ticketId: number, isBottomSeen: boolean) {
  const canReply = useCan("ticket.reply");
  const [chosenMode, setMode] = useState<DraftKind>("reply");
  const mode = canReply ? chosenMode : "note";
  const reply = useDraft(ticketId, "reply");
  const note = useDraft(ticketId, "note");
  const draft = mode === "reply" ? reply : note;
  const files = useUploads();
  const typing = useTypingSignal(ticketId, mode);
  const held = heldOf(useOutbox(ticketId));
  const guarded = held[0];
  const news = useNews(ticketId, reply.text.trim() !== "", isBottomSeen, guarded?.guard ?? null);

  const length = draft.text.length;
  const canSend = !files.isBusy && length <= MAX_LENGTH && (draft.text.trim() !== "" || files.ready.length > 0);

  const send = (nextState: TicketState | null, isForced = false): void => {
    const ticket = desk.store.state.tickets.get(ticketId);
    if (!canSend || !ticket) return;
    typing.stop();
    const entry = desk.sendMessage({
      ticketId,
      kind: mode,
      text: draft.text.trim(),
      attachments: files.ready,
      seenVersion: news.base?.version ?? ticket.version,
      nextState,
      isForced,
    });
    draft.setText("");
    files.clear();
    news.setGuard(null);
    if (nextState === "solved" && entry) closesWith(entry, ticket);
  };

  /** A single held reply comes back into an empty composer; others stay where they are, in their order. */
  const handleGuarded = (entry: OutboxEntry): void => {
    const messages = entry.guard?.changes.flatMap((change) => (change.message ? [change.message] : [])) ?? [];
    if (entry.guard) {
      desk.store.dispatch(
        { type: "tickets", items: [entry.guard.ticket] },
        ...messages.map((message) => ({ type: "message" as const, message })),
      );
    }
    if (held.length > 1 || reply.text.trim() || files.uploads.length > 0) return;
    desk.outbox?.discard(entry.clientId);
    reply.setText(entry.text);
    files.restore(entry.attachments);
    setMode("reply");
    news.setGuard(entry.guard);
  };
  useEffect(() => {
    if (guarded) handleGuarded(guarded);
  }, [guarded?.clientId]);

  const setText = (text: string): void => {
    draft.setText(text);
    if (text.trim()) typing.signal();
    else typing.stop();
  };

  return {
    mode,
    setMode,
    canReply,
    text: draft.text,
    setText,
    draftState: draft.state,
    files,
    news: news.news,
    guard: guarded?.guard ?? (mode === "reply" ? news.guard : null),
    hasNews: held.length > 0 || (mode === "reply" && (news.guard !== null || news.news.length > 0)),
    newsAfterId: news.afterId,
    held,
    acknowledge: news.acknowledge,
    stopTyping: typing.stop,
    canSend,
    length,
    send,
  };
}

export type ComposerModel = ReturnType<typeof useComposer>;
