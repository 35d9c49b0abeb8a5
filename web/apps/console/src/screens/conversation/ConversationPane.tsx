import { ApiError } from "@parley/client";
import { Blank, Button, later, Skeleton } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useShownTicket, useTopic } from "../../lib/hooks";
import { openOverlay, useOverlay } from "../../lib/ui-state";
import { ReadFailure } from "../../paging/ReadFailure";
import { Composer } from "../composer/Composer";
import { useComposer } from "../composer/useComposer";
import { ConversationHeader } from "./ConversationHeader";
import { Stream } from "./Stream";
import { useConversationKeys } from "./useConversationKeys";
import { useMarkRead } from "./useMarkRead";

const History = later(() => import("./History"));
const CustomerSheet = later(() => import("../customer/CustomerSheet"));

export function ConversationPane({ ticketId }: { ticketId: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isKnown = useTopic(`ticket:${ticketId}`, () => desk.store.state.tickets.has(ticketId));
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    setError(null);
    // `attempt` only asks for another try.
    void attempt;
    desk.openTicket(ticketId).catch(setError);
    return () => desk.leaveTicket(ticketId);
  }, [ticketId, attempt]);

  if (error && (!isKnown || (error instanceof ApiError && error.status < 500))) {
    const isGone = error instanceof ApiError && (error.status === 404 || error.status === 403);
    return isGone ? (
      <Blank icon="lock" title={t("conversation.gone")} text={t("conversation.gone_text")}>
        <Button onClick={() => void navigate({ to: "/inbox/$view", params: { view: "mine" } })}>
          {t("notfound.action")}
        </Button>
      </Blank>
    ) : (
      <ReadFailure title={t("conversation.error")} error={error} onRetry={() => setAttempt(attempt + 1)} />
    );
  }
  if (!isKnown) return <Skeleton rows={4} label={t("common.loading")} />;
  return <Conversation ticketId={ticketId} />;
}

function Conversation({ ticketId }: { ticketId: number }) {
  const ticket = useShownTicket(ticketId);
  const overlay = useOverlay();
  const [isBottomSeen, setIsBottomSeen] = useState(true);
  const composer = useComposer(ticketId, isBottomSeen);
  useMarkRead(ticketId, isBottomSeen);
  useConversationKeys(ticketId);
  if (!ticket) return null;
  return (
    <div data-testid="conversation" data-ticket-id={ticketId} style={{ display: "contents" }}>
      <ConversationHeader ticket={ticket} />
      <Stream ticket={ticket} newsAfterId={composer.newsAfterId} onSeenBottom={setIsBottomSeen} />
      <Composer ticket={ticket} composer={composer} />
      {overlay === "history" && <History ticketId={ticketId} onClose={() => openOverlay(null)} />}
      {overlay === "panel" && <CustomerSheet ticketId={ticketId} onClose={() => openOverlay(null)} />}
    </div>
  );
}
