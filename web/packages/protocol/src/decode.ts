/** Everything that comes from outside passes through here once; behind this line the types are trusted. */
import {
  allOf,
  anything,
  bool,
  cursor,
  DecodeError,
  type Decoder,
  integer,
  list,
  object,
  orNull,
  record,
  text,
  withDefault,
} from "./combinators";
import { messageDelivery, messageEmail } from "./decode-email";
import type * as W from "./types";

export { object };

export const role = allOf<W.Role>({ administrator: true, supervisor: true, agent: true, light_agent: true });
export const agentStatus = allOf<W.AgentStatus>({ online: true, away: true, offline: true });
export const ticketState = allOf<W.TicketState>({
  new: true,
  open: true,
  pending: true,
  on_hold: true,
  solved: true,
  closed: true,
});
export const priority = allOf<W.Priority>({ low: true, normal: true, high: true, urgent: true });
export const ticketType = allOf<W.TicketType>({
  question: true,
  incident: true,
  problem: true,
  task: true,
  complaint: true,
});
export const replyChannel = allOf<W.ReplyChannel>({ chat: true, email: true });
const messageKind = allOf<W.Message["kind"]>({ reply: true, note: true, system: true });
export const draftKind = allOf<W.DraftKind>({ reply: true, note: true });
const authorKind = allOf<W.Author["kind"]>({ customer: true, agent: true, system: true });
const locale = allOf<W.AgentBrief["locale"]>({ en: true, "zh-CN": true });
const zero = withDefault(integer, 0);
const blank = withDefault(text, "");
const no = withDefault(bool, false);

export const agent = object<W.AgentBrief>({
  id: integer,
  name: text,
  email: blank,
  role,
  status: agentStatus,
  locale: withDefault(locale, "en"),
  team_ids: withDefault(list(integer), []),
  chat_capacity: zero,
  is_connected: no,
  is_active: withDefault(bool, true),
});

export const team = object<W.Team>({ id: integer, name: text, member_ids: withDefault(list(integer), []) });

const customFields = withDefault(record(anything), {});

const range: Decoder<[string, string]> = (value, path) => {
  const [from, to] = list(text)(value, path);
  if (from === undefined || to === undefined) throw new DecodeError(path, "two times");
  return [from, to];
};
const weekdays: readonly W.Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const days: Decoder<W.BusinessHours["days"]> = (value, path) => {
  const all = record(list(range))(value ?? {}, path);
  const out: W.BusinessHours["days"] = {};
  for (const day of weekdays) {
    const ranges = all[day];
    if (ranges) out[day] = ranges;
  }
  return out;
};

export const businessHours = object<W.BusinessHours>({
  time_zone: withDefault(text, "UTC"),
  is_always_open: withDefault(bool, true),
  days,
  holidays: withDefault(list(text), []),
});

const prechat = object<W.Inbox["prechat"]>({
  is_enabled: no,
  fields: withDefault(list(allOf<W.Inbox["prechat"]["fields"][number]>({ name: true, email: true })), []),
});

export const inbox = object<W.Inbox>({
  id: integer,
  key: blank,
  name: text,
  channel: withDefault(text, "chat"),
  team_id: orNull(integer),
  locale: withDefault(locale, "en"),
  accent: withDefault(text, "#2447c7"),
  greeting: blank,
  allowed_domains: withDefault(list(text), []),
  assignment: allOf<W.AssignmentMode>({ offer: true, assign: true, manual: true }),
  offer_timeout_s: withDefault(integer, 30),
  prechat: withDefault(prechat, { is_enabled: false, fields: [] }),
  business_hours: withDefault(businessHours, { time_zone: "UTC", is_always_open: true, days: {}, holidays: [] }),
  is_open: withDefault(bool, true),
  email_inbox_id: orNull(integer),
});

export const customerBrief = object<W.CustomerBrief>({ id: integer, name: blank, is_verified: no, locale: blank });

const identity = object<W.Identity>({
  id: integer,
  kind: allOf<W.Identity["kind"]>({ visitor: true, email: true, phone: true, external_id: true }),
  value: text,
  is_verified: no,
});

export const customer = object<W.Customer>({
  id: integer,
  name: blank,
  is_verified: no,
  locale: blank,
  created_at: zero,
  last_seen_at: zero,
  note: blank,
  is_online: no,
  version: zero,
  identities: withDefault(list(identity), []),
  page: orNull(object<W.VisitedPage>({ url: text, title: blank, at: zero })),
  custom_fields: customFields,
});

const lastMessage = object<W.LastMessage>({
  id: integer,
  kind: draftKind,
  author_kind: authorKind,
  text: blank,
  has_attachments: no,
  created_at: integer,
});

const rating = object<W.Rating>({ score: integer, comment: blank, created_at: zero });

export const ticket = object<W.Ticket>({
  id: integer,
  number: integer,
  version: integer,
  subject: blank,
  state: ticketState,
  priority,
  type: orNull(ticketType),
  tags: withDefault(list(text), []),
  inbox_id: zero,
  channel: withDefault(text, "chat"),
  team_id: orNull(integer),
  assignee_id: orNull(integer),
  requester: customerBrief,
  created_at: integer,
  updated_at: integer,
  last_message: orNull(lastMessage),
  waiting_since: orNull(integer),
  customer_message_count: zero,
  message_count: zero,
  offer: orNull(object<W.Offer>({ agent_id: integer, expires_at: integer })),
  queued_at: orNull(integer),
  custom_fields: customFields,
  rating: orNull(rating),
  solved_at: orNull(integer),
});

export const author = object<W.Author>({ kind: authorKind, id: orNull(integer), name: blank });

export const attachment = object<W.Attachment>({
  id: integer,
  name: text,
  content_type: withDefault(text, "application/octet-stream"),
  size: zero,
  width: orNull(integer),
  height: orNull(integer),
  url: text,
});

const systemParams: Decoder<W.Message["params"]> = (value, path) => {
  const all = record(anything)(value ?? {}, path);
  const out: W.Message["params"] = {};
  for (const [key, item] of Object.entries(all)) {
    const isPlain = (one: unknown) => one === null || ["string", "number", "boolean"].includes(typeof one);
    if (isPlain(item) || (Array.isArray(item) && item.every(isPlain))) out[key] = item;
  }
  return out;
};

export const message = object<W.Message>({
  id: integer,
  ticket_id: integer,
  client_id: orNull(text),
  kind: messageKind,
  author,
  channel: withDefault(text, "chat"),
  text: blank,
  code: orNull(text),
  params: systemParams,
  attachments: withDefault(list(attachment), []),
  created_at: integer,
  email: orNull(messageEmail),
  delivery: orNull(messageDelivery),
});

export const draft = object<W.Draft>({ kind: draftKind, text: blank, updated_at: zero });

export const fieldChange = object<W.FieldChange>({ field: text, from: anything, to: anything });

export const change = object<W.Change>({
  version: zero,
  kind: blank,
  actor: object<W.Change["actor"]>({ kind: authorKind, id: zero, name: blank }),
  at: integer,
  changes: withDefault(list(fieldChange), []),
  message: orNull(message),
});

export const viewer = object<W.Viewer>({ agent_id: integer, is_typing: orNull(draftKind) });

export const viewCounts = object<W.ViewCounts>({
  mine: zero,
  unassigned: zero,
  open: zero,
  pending: zero,
  on_hold: zero,
  solved: zero,
  closed: zero,
  all: zero,
  teams: withDefault(record(integer), {}),
});

const notificationSettings = object<W.NotificationSettings>({
  desktop: withDefault(bool, false),
  sound: withDefault(bool, true),
});

export const me = object<W.Me>({
  agent,
  csrf_token: text,
  permissions: withDefault(list(text), []),
  has_totp: no,
  workspace: withDefault(
    object<W.Me["workspace"]>({ name: withDefault(text, "Parley"), locale: withDefault(text, "en"), is_demo: no }),
    { name: "Parley", locale: "en", is_demo: false },
  ),
  notification_settings: withDefault(notificationSettings, { desktop: false, sound: true }),
  server_version: blank,
});

export const login = object<W.Answer<"log_in">>({ agent, csrf_token: text });

export function page<T>(item: Decoder<T>): Decoder<W.Page<T>> {
  return object<W.Page<T>>({ items: list(item), next_cursor: orNull(cursor) });
}

export const ticketPage = object<W.TicketPage>({
  items: list(ticket),
  next_cursor: orNull(cursor),
  reads: withDefault(record(integer), {}),
  socket_cursor: cursor,
});

export const ticketDetail = object<W.TicketDetail>({
  ticket,
  drafts: withDefault(list(draft), []),
  read_count: zero,
  customer_read_message_id: zero,
  customer_delivered_message_id: zero,
  viewers: withDefault(list(integer), []),
});

export const messagePage = object<W.MessagePage>({ items: list(message), has_more: no });
export const replyGuard = object<W.ReplyGuard>({ changes: list(change), ticket });
