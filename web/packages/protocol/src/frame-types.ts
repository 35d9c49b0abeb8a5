/** What travels over the socket. */
import type {
  AgentBrief,
  AgentStatus,
  Author,
  Customer,
  Draft,
  DraftKind,
  FieldChange,
  Inbox,
  Message,
  Team,
  Ticket,
  Viewer,
} from "./types";

export type ServerEvent =
  | {
      kind: "ticket";
      name: string;
      at: number;
      actor: Author | null;
      ticket: Ticket;
      message: Message | null;
      changes: FieldChange[];
      reason: string | null;
    }
  | { kind: "ticket.gone"; ticket_id: number }
  | { kind: "customer.updated"; customer: Customer }
  | { kind: "agent.updated"; agent: AgentBrief }
  | { kind: "team.updated"; team: Team }
  | { kind: "inbox.updated"; inbox: Inbox };

export type ServerFrame =
  | { type: "hello"; session_id: string; resumed: boolean; cursor: string; heartbeat_ms: number; server_time: number }
  | { type: "event"; seq: number; cursor: string; event: ServerEvent }
  | { type: "typing"; ticket_id: number; author: Author; is_typing: boolean }
  | {
      type: "read";
      ticket_id: number;
      message_id: number;
      by: "customer" | "agent";
      agent_id: number | null;
      read_count: number | null;
    }
  | { type: "delivered"; ticket_id: number; message_id: number; by: "customer" | "agent" }
  | {
      type: "presence";
      agents: { id: number; status: AgentStatus; is_connected: boolean }[];
      customers: { id: number; is_online: boolean }[];
    }
  | { type: "viewers"; ticket_id: number; viewers: Viewer[] }
  | { type: "draft"; ticket_id: number; draft: Draft }
  | { type: "result"; id: string; status: number; body: unknown }
  | { type: "pong"; t: number; cursor: string | null }
  | { type: "reset" }
  | { type: "unknown"; name: string };

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type ClientFrame =
  | {
      type: "call";
      id: string;
      method: Method;
      path: string;
      query: Record<string, string>;
      body: unknown;
      key?: string;
    }
  | { type: "view"; ticket_id: number | null }
  | { type: "typing"; ticket_id: number; is_typing: boolean; kind: DraftKind }
  | { type: "delivered"; ticket_id: number; message_id: number }
  | { type: "ping"; t: number };
