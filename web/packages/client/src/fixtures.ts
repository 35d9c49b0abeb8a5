/** Values for tests; no product code imports this file. */
import type { Message, Ticket } from "@parley/protocol";

export function makeTicket(patch: Partial<Ticket> = {}): Ticket {
  const id = patch.id ?? 1;
  return {
    id,
    number: 1000 + id,
    version: 1,
    subject: "Kettle",
    state: "open",
    priority: "normal",
    type: null,
    tags: [],
    inbox_id: 1,
    channel: "chat",
    team_id: null,
    assignee_id: null,
    requester: { id: 50, name: "Sofia Marino", is_verified: false, locale: "en" },
    created_at: 1000 * id,
    updated_at: 1000 * id,
    last_message: null,
    waiting_since: null,
    customer_message_count: 1,
    message_count: 1,
    offer: null,
    queued_at: null,
    custom_fields: {},
    rating: null,
    solved_at: null,
    ...patch,
  };
}

export function makeMessage(patch: Partial<Message> = {}): Message {
  return {
    id: 1,
    ticket_id: 1,
    client_id: null,
    kind: "reply",
    author: { kind: "customer", id: 50, name: "Sofia Marino" },
    channel: "chat",
    text: "Hello",
    code: null,
    params: {},
    attachments: [],
    created_at: 1000,
    email: null,
    delivery: null,
    ...patch,
  };
}
