import type { ServerFrame } from "@parley/protocol";
import type { PushFrame } from "./reducer";
import type { Socket } from "./socket";
import type { Store } from "./store";

export type EventFrame = Extract<ServerFrame, { type: "event" }>;

export interface FeedHost {
  openTicketId: () => number | null;
  onHello: (isResumed: boolean) => void;
  onReset: () => void;
  onEvent: (frame: EventFrame) => void;
}

/** Brings what the socket says into the store: at once for the open ticket, together with the rest otherwise. */
export function feedStore(socket: Socket, store: Store, host: FeedHost): void {
  let typingTimer = 0;

  const push = (frame: PushFrame, isUrgent: boolean): void =>
    store.enqueue({ type: "frame", frame, now: Date.now() }, isUrgent);

  const expireTyping = (): void => {
    store.dispatch({ type: "typing_expired", now: Date.now() });
    if (store.state.typing.size > 0) typingTimer = window.setTimeout(expireTyping, 1000);
  };

  socket.frames.subscribe((frame) => {
    switch (frame.type) {
      case "hello":
        return host.onHello(frame.resumed);
      case "reset":
        return host.onReset();
      case "event":
        push(frame, frame.event.kind === "ticket" && frame.event.ticket.id === host.openTicketId());
        return host.onEvent(frame);
      case "typing":
        push(frame, true);
        window.clearTimeout(typingTimer);
        typingTimer = window.setTimeout(expireTyping, 1000);
        return;
      case "read":
      case "delivered":
      case "presence":
      case "viewers":
      case "draft":
        return push(frame, "ticket_id" in frame && frame.ticket_id === host.openTicketId());
      default:
        return;
    }
  });
}
