/**
 * The shapes of the wire contract after decoding. Times are milliseconds since 1970 (UTC), ids are integers.
 * What the server's own description says is taken from there; by hand is only what it cannot say.
 */
import type { components, operations } from "./openapi";

export type * from "./email";

export type Schemas = components["schemas"];

type Json<T> = T extends { content: { "application/json": infer Shape } } ? Shape : never;

/** What an operation answers when it succeeds. */
export type Answer<Name extends keyof operations> = {
  [Status in keyof operations[Name]["responses"]]: Json<operations[Name]["responses"][Status]>;
}[keyof operations[Name]["responses"]];

/** What an operation is sent. */
export type Body<Name extends keyof operations> = Json<operations[Name]["requestBody"]>;

export type AgentBrief = Schemas["AgentBrief"];
export type Role = AgentBrief["role"];
export type AgentStatus = AgentBrief["status"];
export type Team = Schemas["Team"];

export type CustomerBrief = Schemas["CustomerBrief"];
export type Customer = Schemas["Customer"];
export type Identity = Customer["identities"][number];
export type VisitedPage = NonNullable<Customer["page"]>;

export type Ticket = Schemas["Ticket"];
export type TicketState = Ticket["state"];
export type Priority = Ticket["priority"];
export type TicketType = NonNullable<Ticket["type"]>;
export type Offer = NonNullable<Ticket["offer"]>;
export type LastMessage = Schemas["LastMessage"];
export type Rating = Schemas["Rating"];
export type TicketPatch = Body<"update_ticket">;
/** A state an agent may choose: everything but "new". */
export type ChosenState = NonNullable<TicketPatch["state"]>;

export type Message = Schemas["Message"];
export type Author = Message["author"];
export type Attachment = Schemas["Attachment"];
export type Draft = Schemas["Draft"];
export type DraftKind = Draft["kind"];
export type Change = Schemas["Change"];
export type FieldChange = Change["changes"][number];

export type TicketPage = Answer<"list_tickets">;
export type TicketDetail = Answer<"get_ticket">;
export type MessagePage = Answer<"list_messages">;
/** A channel that a reply can be told to take. */
export type ReplyChannel = NonNullable<Body<"post_message">["channel"]>;
/** What a post answers. */
export type Sent = Answer<"post_message">;
export type ViewCounts = Answer<"get_views">;
export type ApiToken = Schemas["ApiToken"];

/** Every paged answer, whatever it lists. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

type Hours = Schemas["Inbox"]["business_hours"];
export type Weekday = keyof Hours["days"];
/** The description has no pairs, only lists; and the decoder fills in the days off, which may be missing. */
export type BusinessHours = Omit<Hours, "days" | "holidays"> & {
  days: Partial<Record<Weekday, [string, string][]>>;
  holidays: string[];
};
export type Inbox = Omit<Schemas["Inbox"], "business_hours"> & { business_hours: BusinessHours };
export type AssignmentMode = Inbox["assignment"];

/** The decoder fills in what an agent has never chosen. */
export type NotificationSettings = Required<Schemas["Me"]["notification_settings"]>;
export type Me = Omit<Schemas["Me"], "notification_settings"> & { notification_settings: NotificationSettings };

/** The decoder makes one line of the detail. */
export type AuditEntry = Omit<Schemas["AuditEntry"], "detail"> & { detail: string };

/** RFC 9457 problem document, filled in; `body` keeps what an operation adds (for example `reply_guard`). */
export type Problem = Required<Omit<Schemas["Problem"], "type">> & { body: unknown };
export type FieldError = Problem["errors"][number];

/** What the problem `reply_guard` adds; the description has one shape for all problems. */
export interface ReplyGuard {
  changes: Change[];
  ticket: Ticket;
}

/** Of a socket frame, and so not in the description. */
export interface Viewer {
  agent_id: number;
  is_typing: DraftKind | null;
}
