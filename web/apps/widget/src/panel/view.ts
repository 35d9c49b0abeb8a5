import { assertNever } from "../core/basics";
import type { Who } from "../core/outbox";
import type { DeskState } from "../core/state";
import type { Id } from "../core/wire";

/** Which screen is shown. A chat without an id begins with its first message. */
export type View =
  | { name: "home" }
  | { name: "form"; is_away: boolean }
  | { name: "chat"; id: Id | string | null; who: Who };

export type ViewEvent =
  | { type: "back" }
  | { type: "start"; needs_form: boolean; is_away: boolean }
  | { type: "filled"; who: Who }
  | { type: "show"; id: Id | string }
  | { type: "moved"; from: Id | string; to: Id | string };

export const HOME: View = { name: "home" };

export function nextView(view: View, event: ViewEvent): View {
  switch (event.type) {
    case "back":
      return HOME;
    case "start":
      return event.needs_form || event.is_away
        ? { name: "form", is_away: event.is_away }
        : { name: "chat", id: null, who: {} };
    case "filled":
      return view.name === "form" ? { name: "chat", id: null, who: event.who } : view;
    case "show":
      return { name: "chat", id: event.id, who: {} };
    case "moved":
      return view.name === "chat" && view.id === event.from ? { ...view, id: event.to } : view;
    default:
      return assertNever(event);
  }
}

/** What somebody who opens the chat most likely wants to see: something under way or unread; else something unsent. */
export function runningConversation({ conversations, pending }: DeskState): Id | string | null {
  const running = conversations.find((it) => it.state !== "closed" || it.unread_count > 0);
  return running?.id ?? pending.find((item) => typeof item.to === "string")?.to ?? null;
}
