import type {
  AgentBrief,
  Customer,
  Draft,
  Inbox,
  Message,
  MessagePage,
  ServerFrame,
  Team,
  Ticket,
  TicketDetail,
  TicketPage,
  ViewCounts,
} from "@parley/protocol";
import { assertNever } from "./assert";
import { Changeset } from "./changeset";
import { type ListSpec, listKey } from "./lists";
import { mergeMessages } from "./messages";
import type { DeskState } from "./state";

export type PushFrame = Extract<
  ServerFrame,
  { type: "event" | "typing" | "read" | "delivered" | "presence" | "viewers" | "draft" }
>;

export type Input =
  | { type: "frame"; frame: PushFrame; now: number }
  | { type: "list"; spec: ListSpec; page: TicketPage; isFirst: boolean }
  | { type: "detail"; detail: TicketDetail }
  | { type: "tickets"; items: readonly Ticket[] }
  | { type: "optimistic"; ticket: Ticket }
  | { type: "log"; ticketId: number; page: MessagePage; part: "newest" | "older" | "newer" }
  | { type: "message"; message: Message }
  | { type: "read_count"; ticketId: number; count: number }
  | { type: "typing_expired"; now: number }
  | { type: "agents"; items: readonly AgentBrief[] }
  | { type: "teams"; items: readonly Team[] }
  | { type: "inboxes"; items: readonly Inbox[] }
  | { type: "customer"; customer: Customer }
  | { type: "draft"; ticketId: number; draft: Draft }
  | { type: "counts"; counts: ViewCounts }
  | { type: "forget_logs"; except: number | null };

export interface Outcome {
  state: DeskState;
  touched: ReadonlySet<string>;
}

export const TYPING_TTL_MS = 6000;

/** Applies a batch in order. Pure: the given state is never changed; `touched` names the topics that differ. */
export function reduce(state: DeskState, inputs: readonly Input[]): Outcome {
  const set = new Changeset(state);
  for (const input of inputs) apply(set, input);
  return set.finish();
}

function apply(set: Changeset, input: Input): void {
  switch (input.type) {
    case "frame":
      return applyFrame(set, input.frame, input.now);
    case "list":
      return applyList(set, input.spec, input.page, input.isFirst);
    case "detail":
      return applyDetail(set, input.detail);
    case "tickets":
      for (const ticket of input.items) set.putTicket(ticket);
      return;
    case "optimistic":
      return set.putTicket(input.ticket, true);
    case "log":
      return applyLog(set, input.ticketId, input.page, input.part);
    case "message":
      return addMessage(set, input.message);
    case "read_count":
      return set.put("reads", input.ticketId, input.count, `ticket:${input.ticketId}`);
    case "typing_expired":
      for (const [id, typing] of set.get("typing"))
        if (typing.until <= input.now) set.drop("typing", id, `typing:${id}`);
      return;
    case "agents":
      for (const agent of input.items) set.put("agents", agent.id, agent, "agents");
      return;
    case "teams":
      for (const team of input.items) set.put("teams", team.id, team, "teams");
      return;
    case "inboxes":
      for (const inbox of input.items) set.put("inboxes", inbox.id, inbox, "inboxes");
      return;
    case "customer":
      return set.putCustomer(input.customer);
    case "draft":
      return putDraft(set, input.ticketId, input.draft);
    case "counts":
      return set.setCounts(input.counts);
    case "forget_logs":
      for (const id of [...set.get("logs").keys()]) if (id !== input.except) set.drop("logs", id, `log:${id}`);
      return;
    default:
      return assertNever(input);
  }
}

function applyFrame(set: Changeset, frame: PushFrame, now: number): void {
  switch (frame.type) {
    case "event":
      return applyEvent(set, frame);
    case "typing": {
      const id = frame.ticket_id;
      if (frame.author.kind !== "customer") return;
      if (frame.is_typing) {
        set.put("typing", id, { name: frame.author.name, until: now + TYPING_TTL_MS }, `typing:${id}`);
      } else set.drop("typing", id, `typing:${id}`);
      return;
    }
    case "read":
      if (frame.by === "customer") raiseReceipts(set, frame.ticket_id, frame.message_id, frame.message_id);
      else if (frame.agent_id === set.meId && frame.read_count !== null) {
        set.put("reads", frame.ticket_id, frame.read_count, `ticket:${frame.ticket_id}`);
      }
      return;
    case "delivered":
      if (frame.by === "customer") raiseReceipts(set, frame.ticket_id, 0, frame.message_id);
      return;
    case "presence":
      for (const seen of frame.agents) {
        const agent = set.get("agents").get(seen.id);
        if (agent) set.put("agents", seen.id, { ...agent, ...seen }, "agents");
      }
      for (const seen of frame.customers) {
        const customer = set.get("customers").get(seen.id);
        if (customer) {
          set.put("customers", seen.id, { ...customer, is_online: seen.is_online }, `customer:${seen.id}`);
        }
      }
      return;
    case "viewers":
      return set.put("viewers", frame.ticket_id, frame.viewers, `viewers:${frame.ticket_id}`);
    case "draft":
      return putDraft(set, frame.ticket_id, frame.draft);
    default:
      return assertNever(frame);
  }
}

function applyEvent(set: Changeset, frame: Extract<PushFrame, { type: "event" }>): void {
  const event = frame.event;
  switch (event.kind) {
    case "ticket":
      set.putTicket(event.ticket);
      // Of a mail that was read again the body may be all that changed, and that is not in here.
      if (event.message) addMessage(set, event.message, event.name === "message.updated" && isReceived(event.message));
      return;
    case "ticket.gone":
      return set.dropTicket(event.ticket_id);
    case "customer.updated":
      return set.putCustomer(event.customer);
    case "agent.updated":
      return set.put("agents", event.agent.id, event.agent, "agents");
    case "team.updated":
      return set.put("teams", event.team.id, event.team, "teams");
    case "inbox.updated":
      return set.put("inboxes", event.inbox.id, event.inbox, "inboxes");
    default:
      return assertNever(event);
  }
}

function isReceived({ email }: Message): boolean {
  return email?.direction === "in";
}

function addMessage(set: Changeset, message: Message, isRenewed = false): void {
  const id = message.ticket_id;
  if (message.author.kind === "customer") set.drop("typing", id, `typing:${id}`);
  const log = set.get("logs").get(id);
  if (!log) return;
  const items = mergeMessages(log.items, [message], isRenewed);
  if (items !== log.items) set.put("logs", id, { ...log, items }, `log:${id}`);
}

function applyList(set: Changeset, spec: ListSpec, page: TicketPage, isFirst: boolean): void {
  for (const ticket of page.items) set.putTicket(ticket);
  for (const [id, count] of Object.entries(page.reads)) set.put("reads", Number(id), count, `ticket:${id}`);
  const key = listKey(spec);
  const before = isFirst ? [] : (set.get("lists").get(key)?.ids ?? []);
  const ids = [...before, ...page.items.map((ticket) => ticket.id)];
  set.putList(key, { spec, ids, nextCursor: page.next_cursor });
}

function applyDetail(set: Changeset, detail: TicketDetail): void {
  const id = detail.ticket.id;
  set.putTicket(detail.ticket);
  set.put("reads", id, detail.read_count, `ticket:${id}`);
  raiseReceipts(set, id, detail.customer_read_message_id, detail.customer_delivered_message_id);
  set.put("drafts", id, detail.drafts, `draft:${id}`);
  if (!set.get("viewers").has(id)) {
    const viewers = detail.viewers.map((agent_id) => ({ agent_id, is_typing: null }));
    set.put("viewers", id, viewers, `viewers:${id}`);
  }
}

function applyLog(set: Changeset, ticketId: number, page: MessagePage, part: "newest" | "older" | "newer"): void {
  const log = set.get("logs").get(ticketId);
  const items = mergeMessages(log?.items ?? [], page.items);
  const oldest = log?.items[0]?.id ?? Number.POSITIVE_INFINITY;
  const reachesBack = part === "older" || (part === "newest" && (page.items[0]?.id ?? oldest) <= oldest);
  const hasOlder = reachesBack || !log ? page.has_more : log.hasOlder;
  set.put("logs", ticketId, { items, hasOlder }, `log:${ticketId}`);
}

function raiseReceipts(set: Changeset, ticketId: number, read: number, delivered: number): void {
  const old = set.get("receipts").get(ticketId) ?? { read: 0, delivered: 0 };
  const next = { read: Math.max(old.read, read), delivered: Math.max(old.delivered, delivered, read) };
  if (next.read !== old.read || next.delivered !== old.delivered) {
    set.put("receipts", ticketId, next, `receipts:${ticketId}`);
  }
}

function putDraft(set: Changeset, ticketId: number, draft: Draft): void {
  const others = (set.get("drafts").get(ticketId) ?? []).filter((item) => item.kind !== draft.kind);
  set.put("drafts", ticketId, draft.text ? [...others, draft] : others, `draft:${ticketId}`);
}
