import { decodeConversation, decodeMessage, number, record, string } from "./decode";
import type { Desk } from "./desk";
import { refetch } from "./history";
import type { Link } from "./link";
import { patchConversation, withMark, withPresence, withTyping } from "./state";
import type { Frame, Id } from "./wire";

const TYPING_MS = 6_000;
const typing_timers = new Map<Id, ReturnType<typeof setTimeout>>();

/** One frame of the socket. Types we do not know are for somebody else or for a later version. */
export function applyFrame(desk: Desk, link: Link, { type, payload }: Frame): void {
  const id = number(payload.conversation_id);
  const message_id = number(payload.message_id) ?? 0;
  switch (type) {
    case "event": {
      const conversation = decodeConversation(payload.conversation);
      if (!conversation) return;
      const message = decodeMessage(payload.message);
      if (message && message.author.kind === "agent") {
        showTyping(desk, conversation.id, null);
        link.send({ type: "delivered", conversation_id: conversation.id, message_id: message.id });
      }
      desk.apply({ conversation, message });
      return;
    }
    case "typing":
      if (id !== null && record(payload.author).kind !== "customer")
        showTyping(desk, id, payload.is_typing === true ? (string(record(payload.author).name) ?? "") : null);
      return;
    case "read":
      if (payload.by === "agent") desk.replace(withMark(desk.state, id, "read", message_id));
      else desk.replace(patchConversation(desk.state, id, () => ({ unread_count: 0 })));
      return;
    case "delivered":
      if (payload.by === "agent") desk.replace(withMark(desk.state, id, "delivered", message_id));
      return;
    case "queue": {
      const position = number(payload.position);
      desk.replace(patchConversation(desk.state, id, () => ({ queue: position === null ? null : { position } })));
      return;
    }
    case "presence": {
      const agent = record(payload.agent);
      const agent_id = number(agent.id);
      const brief = agent_id === null ? null : { id: agent_id, is_online: agent.is_online === true };
      desk.replace(withPresence(desk.state, brief, number(payload.agents_online)));
      return;
    }
    case "reset":
      void refetch(desk);
      return;
    default:
      return;
  }
}

/** The dots end by themselves: the frame that would end them may be lost. */
function showTyping(desk: Desk, id: Id, name: string | null): void {
  clearTimeout(typing_timers.get(id));
  if (name !== null)
    typing_timers.set(
      id,
      setTimeout(() => showTyping(desk, id, null), TYPING_MS),
    );
  if (name !== null || id in desk.state.typing) desk.replace(withTyping(desk.state, id, name));
}
