import { useNavigate, useParams } from "@tanstack/react-router";
import { desk } from "../../app/desk";
import { NO_PANEL, useCan, useMedia } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { preferences } from "../../lib/preferences";
import { composerRequests, openOverlay } from "../../lib/ui-state";
import { close, markUnread, patch } from "./actions";

/** Keys of the open conversation. */
export function useConversationKeys(ticketId: number): void {
  const navigate = useNavigate();
  const { view = "mine" } = useParams({ strict: false });
  const canUpdate = useCan("ticket.update");
  const canAssign = useCan("ticket.assign");
  const canReply = useCan("ticket.reply");
  const isDrawer = useMedia(NO_PANEL);
  const ticket = () => desk.store.state.tickets.get(ticketId);
  useKeys({
    Escape: () => void navigate({ to: "/inbox/$view", params: { view } }),
    Enter: () => composerRequests.emit("reply"),
    r: () => canReply && composerRequests.emit("reply"),
    n: () => composerRequests.emit("note"),
    a: () => canAssign && openOverlay("assignee"),
    p: () => canUpdate && openOverlay("priority"),
    t: () => canUpdate && openOverlay("tags"),
    i: () => {
      const current = ticket();
      if (current && canAssign && desk.me) void patch(current, { assignee_id: desk.me.agent.id });
    },
    e: () => {
      const current = ticket();
      if (current && canUpdate) void close(current);
    },
    u: () => {
      const current = ticket();
      if (current) void markUnread(current);
    },
    "]": () => {
      if (isDrawer) openOverlay("panel");
      else preferences.set({ isPanelShown: !preferences.get().isPanelShown });
    },
  });
}
