import { heldOf, type OutboxEntry } from "@parley/client";
import type { Attachment, DraftKind, OutgoingMail, TicketState } from "@parley/protocol";
import { useEffect, useRef, useState } from "react";
import { desk } from "../../app/desk";
import { useCan, useOutbox } from "../../lib/hooks";
import { mailRequests } from "../../lib/ui-state";
import { closesWith } from "../conversation/actions";
import { plainForm } from "./draft-forms";
import { MAX_LENGTH } from "./limits";
import type { Schedule } from "./mail/outgoing";
import { draftOfMail, mergeDraft, readMailDraft, writeMailDraft } from "./mail-draft";
import { rememberMail } from "./sent-mail";
import { useDraft } from "./useDraft";
import { useNews } from "./useNews";
import { useReplyChannel } from "./useReplyChannel";
import { useTypingSignal } from "./useTypingSignal";
import { useUploads } from "./useUploads";

/** What goes out. */
export interface Content {
  text: string;
  attachments: readonly Attachment[];
  mail: OutgoingMail | null;
}

/** Everything behind the composer: text, mode, files, news since the writing began, sending. */
export function useComposer(ticketId: number, isBottomSeen: boolean) {
  const canReply = useCan("ticket.reply");
  const [chosenMode, setMode] = useState<DraftKind>("reply");
  const mode = canReply ? chosenMode : "note";
  const reply = useDraft(ticketId, "reply");
  const note = useDraft(ticketId, "note");
  const draft = mode === "reply" ? reply : note;
  const route = useReplyChannel(ticketId, reply);
  const files = useUploads();
  const held = heldOf(useOutbox(ticketId));
  const guarded = held[0];
  const news = useNews(ticketId, reply.text.trim() !== "", isBottomSeen, guarded?.guard ?? null);

  const isMail = route.channel === "email" && mode === "reply";
  // Whoever has the chat open is not told of a mail that is being written beside it.
  const typing = useTypingSignal(ticketId, isMail && route.channels.length > 1 ? "note" : mode);
  // A draft that was begun as an e-mail where none can be sent any more is still to be read.
  const text = isMail ? draft.text : plainForm(draft.text, null);
  /** The e-mail composer says here what it would send, and whether it may. */
  const mail = useRef<((schedule: Schedule | null) => Content) | null>(null);
  const [isMailReady, setMailReady] = useState(false);
  const length = isMail ? 0 : text.length;
  const hasContent = isMail ? isMailReady : text.trim() !== "" || files.ready.length > 0;
  const canSend = !files.isBusy && length <= MAX_LENGTH && hasContent;

  const send = (nextState: TicketState | null, isForced = false, schedule: Schedule | null = null): void => {
    const ticket = desk.store.state.tickets.get(ticketId);
    const plain: Content = { text: text.trim(), attachments: files.ready, mail: null };
    const content = isMail ? mail.current?.(schedule) : plain;
    if (!canSend || !ticket || !content) return;
    typing.stop();
    const entry = desk.sendMessage({
      ...content,
      ticketId,
      kind: mode,
      channel: mode === "reply" && route.channels.length > 1 ? route.channel : null,
      seenVersion: news.base?.version ?? ticket.version,
      nextState,
      isForced,
    });
    draft.setText("");
    if (mode === "reply") route.forget();
    files.clear();
    news.setGuard(null);
    if (entry) rememberMail(entry);
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
    if (entry.channel) route.keep(entry.channel);
    reply.setText(entry.mail ? writeMailDraft(draftOfMail(entry.mail)) : entry.text);
    files.restore(entry.attachments);
    setMode("reply");
    news.setGuard(entry.guard);
  };
  useEffect(() => {
    if (guarded) handleGuarded(guarded);
  }, [guarded?.clientId]);

  useEffect(
    () =>
      mailRequests.subscribe((request) => {
        if (request.ticketId !== ticketId) return;
        reply.setText(writeMailDraft(mergeDraft(readMailDraft(reply.text), request.draft)));
        if (request.attachments.length > 0) files.restore(request.attachments);
        setMode("reply");
      }),
    [ticketId, reply, files],
  );

  const setText = (next: string): void => {
    draft.setText(next);
    if (next.trim()) typing.signal();
    else typing.stop();
  };

  return {
    mode,
    setMode,
    channels: route.channels,
    channel: route.channel,
    chooseChannel: route.choose,
    isMail,
    mail,
    setMailReady,
    canReply,
    text,
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
