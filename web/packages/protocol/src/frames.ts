/** Decoders of the socket's server frames. A frame of an unknown type is kept as "unknown", never an error. */
import { bool, cursor, type Decoder, integer, isRecord, list, oneOf, orNull, text, withDefault } from "./combinators";
import {
  agent,
  agentStatus,
  author,
  customer,
  draft,
  fieldChange,
  inbox,
  message,
  object,
  team,
  ticket,
  viewer,
} from "./decode";
import type { ServerEvent, ServerFrame } from "./frame-types";

const side = oneOf(["customer", "agent"]);
const changes = withDefault(list(fieldChange), []);
const flag = withDefault(bool, false);

const event: Decoder<ServerEvent | null> = (value, path) => {
  const body = isRecord(value) ? value : {};
  const kind = text(body.kind, `${path}/kind`);
  switch (kind) {
    case "ticket.gone":
      return { kind, ticket_id: integer(body.ticket_id, `${path}/ticket_id`) };
    case "customer.updated":
      return { kind, customer: customer(body.customer, `${path}/customer`) };
    case "agent.updated":
      return { kind, agent: agent(body.agent, `${path}/agent`) };
    case "team.updated":
      return { kind, team: team(body.team, `${path}/team`) };
    case "inbox.updated":
      return { kind, inbox: inbox(body.inbox, `${path}/inbox`) };
    default:
      if (!isRecord(body.ticket)) return null;
      return {
        kind: "ticket",
        name: kind,
        at: withDefault(integer, 0)(body.at, `${path}/at`),
        actor: orNull(author)(body.actor, `${path}/actor`),
        ticket: ticket(body.ticket, `${path}/ticket`),
        message: orNull(message)(body.message, `${path}/message`),
        changes: changes(body.changes, `${path}/changes`),
        reason: orNull(text)(body.reason, `${path}/reason`),
      };
  }
};

const presenceAgent = object<{ id: number; status: "online" | "away" | "offline"; is_connected: boolean }>({
  id: integer,
  status: agentStatus,
  is_connected: flag,
});
const presenceCustomer = object<{ id: number; is_online: boolean }>({ id: integer, is_online: flag });

export function serverFrame(value: unknown): ServerFrame {
  const frame = isRecord(value) ? value : {};
  const type = text(frame.type, "/type");
  const body = isRecord(frame.payload) ? frame.payload : {};
  const at = (key: string) => `/payload/${key}`;
  switch (type) {
    case "hello":
      return {
        type,
        session_id: withDefault(cursor, "")(body.session_id, at("session_id")),
        resumed: flag(body.resumed, at("resumed")),
        cursor: cursor(body.cursor, at("cursor")),
        heartbeat_ms: withDefault(integer, 20000)(body.heartbeat_ms, at("heartbeat_ms")),
        server_time: withDefault(integer, Date.now())(body.server_time, at("server_time")),
      };
    case "event": {
      const decoded = event(body, "/payload");
      if (!decoded) return { type: "unknown", name: String(body.kind) };
      return {
        type,
        seq: withDefault(integer, 0)(frame.seq, "/seq"),
        cursor: withDefault(cursor, "")(frame.cursor, "/cursor"),
        event: decoded,
      };
    }
    case "typing":
      return {
        type,
        ticket_id: integer(body.ticket_id, at("ticket_id")),
        author: author(body.author, at("author")),
        is_typing: flag(body.is_typing, at("is_typing")),
      };
    case "read":
      return {
        type,
        ticket_id: integer(body.ticket_id, at("ticket_id")),
        message_id: integer(body.message_id, at("message_id")),
        by: side(body.by, at("by")),
        agent_id: orNull(integer)(body.agent_id, at("agent_id")),
        read_count: orNull(integer)(body.read_count, at("read_count")),
      };
    case "delivered":
      return {
        type,
        ticket_id: integer(body.ticket_id, at("ticket_id")),
        message_id: integer(body.message_id, at("message_id")),
        by: side(body.by, at("by")),
      };
    case "presence":
      return {
        type,
        agents: withDefault(list(presenceAgent), [])(body.agents, at("agents")),
        customers: withDefault(list(presenceCustomer), [])(body.customers, at("customers")),
      };
    case "viewers":
      return {
        type,
        ticket_id: integer(body.ticket_id, at("ticket_id")),
        viewers: list(viewer)(body.viewers, at("viewers")),
      };
    case "draft":
      return { type, ticket_id: integer(body.ticket_id, at("ticket_id")), draft: draft(body.draft, at("draft")) };
    case "result":
      return {
        type,
        id: cursor(body.id ?? frame.id, at("id")),
        status: integer(body.status, at("status")),
        body: body.body ?? null,
      };
    case "pong":
      return {
        type,
        t: withDefault(integer, 0)(body.t, at("t")),
        cursor: orNull(cursor)(body.cursor, at("cursor")),
      };
    case "reset":
      return { type };
    default:
      return { type: "unknown", name: type };
  }
}
