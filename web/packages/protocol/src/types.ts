/** The shapes of the wire contract. Times are milliseconds since 1970 (UTC), ids are integers. */

export type Role = "administrator" | "supervisor" | "agent" | "light_agent";
export type AgentStatus = "online" | "away" | "offline";
export type TicketState = "new" | "open" | "pending" | "on_hold" | "solved" | "closed";
export type Priority = "low" | "normal" | "high" | "urgent";
export type TicketType = "question" | "incident" | "problem" | "task" | "complaint";
export type MessageKind = "reply" | "note" | "system";
export type DraftKind = "reply" | "note";
export type AuthorKind = "customer" | "agent" | "system";
export type AssignmentMode = "offer" | "assign" | "manual";
export type IdentityKind = "visitor" | "email" | "phone" | "external_id";
export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

export interface AgentBrief {
  id: number;
  name: string;
  email: string;
  role: Role;
  status: AgentStatus;
  locale: string;
  team_ids: number[];
  chat_capacity: number;
  is_connected: boolean;
  is_active: boolean;
}

export interface Team {
  id: number;
  name: string;
  member_ids: number[];
}

export interface BusinessHours {
  time_zone: string;
  is_always_open: boolean;
  days: Partial<Record<Weekday, [string, string][]>>;
  holidays: string[];
}

export interface Inbox {
  id: number;
  key: string;
  name: string;
  channel: string;
  team_id: number | null;
  locale: string;
  accent: string;
  greeting: string;
  allowed_domains: string[];
  assignment: AssignmentMode;
  offer_timeout_s: number;
  prechat: { is_enabled: boolean; fields: string[] };
  business_hours: BusinessHours;
  is_open: boolean;
}

export interface CustomerBrief {
  id: number;
  name: string;
  is_verified: boolean;
  locale: string;
}

export interface Identity {
  id: number;
  kind: IdentityKind;
  value: string;
  is_verified: boolean;
}

export interface VisitedPage {
  url: string;
  title: string;
  at: number;
}

export interface Customer extends CustomerBrief {
  created_at: number;
  last_seen_at: number | null;
  note: string;
  is_online: boolean;
  version: number;
  identities: Identity[];
  page: VisitedPage | null;
}

export interface LastMessage {
  id: number;
  kind: MessageKind;
  author_kind: AuthorKind;
  text: string;
  has_attachments: boolean;
  created_at: number;
}

export interface Rating {
  score: number;
  comment: string;
  created_at: number;
}

export interface Offer {
  agent_id: number;
  expires_at: number;
}

export interface Ticket {
  id: number;
  number: number;
  version: number;
  subject: string;
  state: TicketState;
  priority: Priority;
  type: TicketType | null;
  tags: string[];
  inbox_id: number;
  channel: string;
  team_id: number | null;
  assignee_id: number | null;
  requester: CustomerBrief;
  created_at: number;
  updated_at: number;
  last_message: LastMessage | null;
  waiting_since: number | null;
  customer_message_count: number;
  message_count: number;
  offer: Offer | null;
  queued_at: number | null;
  rating: Rating | null;
  solved_at: number | null;
}

export interface Author {
  kind: AuthorKind;
  id: number | null;
  name: string;
}

export interface Attachment {
  id: number;
  name: string;
  content_type: string;
  size: number;
  width: number | null;
  height: number | null;
  url: string;
}

/** What a system message says about itself, for example `{from: "open", to: "solved"}`. */
export type SystemParams = Record<string, string | number | boolean | null>;

export interface Message {
  id: number;
  ticket_id: number;
  client_id: string | null;
  kind: MessageKind;
  author: Author;
  channel: string;
  text: string;
  code: string | null;
  params: SystemParams;
  attachments: Attachment[];
  created_at: number;
}

export interface Draft {
  kind: DraftKind;
  text: string;
  updated_at: number;
}

export interface FieldChange {
  field: string;
  from: unknown;
  to: unknown;
}

export interface Change {
  version: number;
  kind: string;
  actor: Author;
  at: number;
  changes: FieldChange[];
  message: Message | null;
}

export interface Viewer {
  agent_id: number;
  is_typing: DraftKind | null;
}

export interface ViewCounts {
  mine: number;
  unassigned: number;
  open: number;
  pending: number;
  on_hold: number;
  solved: number;
  closed: number;
  all: number;
  teams: Record<string, number>;
}

export interface NotificationSettings {
  desktop: boolean;
  sound: boolean;
}

export interface Me {
  agent: AgentBrief;
  csrf_token: string;
  permissions: string[];
  has_totp: boolean;
  workspace: { name: string; locale: string; is_demo: boolean };
  notification_settings: NotificationSettings;
  server_version: string;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface TicketPage extends Page<Ticket> {
  reads: Record<string, number>;
  socket_cursor: string | null;
}

export interface TicketDetail {
  ticket: Ticket;
  drafts: Draft[];
  read_count: number;
  customer_read_message_id: number;
  customer_delivered_message_id: number;
  viewers: number[];
}

export interface MessagePage {
  items: Message[];
  has_more: boolean;
}

export interface ReplyGuard {
  changes: Change[];
  ticket: Ticket;
}

export interface ApiToken {
  id: number;
  name: string;
  created_at: number;
  last_used_at: number | null;
}

export interface AuditEntry {
  id: number;
  at: number;
  actor: { id: number | null; name: string };
  action: string;
  target: string;
  detail: string;
}

export interface FieldError {
  path: string;
  code: string;
  message: string;
}

/** RFC 9457 problem document; `body` keeps what an operation adds (for example `reply_guard`). */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  request_id: string;
  errors: FieldError[];
  body: unknown;
}

export interface TicketPatch {
  state?: TicketState;
  priority?: Priority;
  type?: TicketType | null;
  tags?: string[];
  team_id?: number | null;
  assignee_id?: number | null;
  subject?: string;
}
