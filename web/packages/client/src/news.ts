import type { ServerEvent, Ticket } from "@parley/protocol";

/** What an agent wants to be told of, whatever he is looking at. */
export type DeskNews =
  | { type: "customer_message"; ticket: Ticket; text: string }
  | { type: "offered"; ticket: Ticket }
  | { type: "assigned"; ticket: Ticket };

export function newsOf(event: Extract<ServerEvent, { kind: "ticket" }>, me: number): DeskNews[] {
  const { ticket, message, changes, actor } = event;
  const isMine = ticket.assignee_id === me;
  const news: DeskNews[] = [];
  // A message that is told again, because something about it changed, is no news.
  if (isMine && message?.author.kind === "customer" && event.name !== "message.updated")
    news.push({ type: "customer_message", ticket, text: message.text });
  if (event.name === "ticket.offered" && ticket.offer?.agent_id === me) news.push({ type: "offered", ticket });
  const isNewToMe = changes.some((change) => change.field === "assignee_id" && change.to === me);
  const isOwnDoing = actor?.kind === "agent" && actor.id === me;
  if (isMine && isNewToMe && !isOwnDoing) news.push({ type: "assigned", ticket });
  return news;
}
