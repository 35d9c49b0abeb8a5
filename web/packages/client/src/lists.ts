import type { Ticket } from "@parley/protocol";

export type ViewName = "mine" | "unassigned" | "open" | "pending" | "on_hold" | "solved" | "closed" | "all" | "team";
export type SortName = "updated" | "waiting" | "created";

export interface ListSpec {
  view: ViewName;
  teamId: number | null;
  q: string;
  sort: SortName;
}

export interface ListState {
  spec: ListSpec;
  ids: readonly number[];
  nextCursor: string | null;
}

export function listKey(spec: ListSpec): string {
  return `${spec.view}|${spec.teamId ?? ""}|${spec.sort}|${spec.q.trim().toLowerCase()}`;
}

export function isUnsolved(ticket: Ticket): boolean {
  return ticket.state !== "solved" && ticket.state !== "closed";
}

function inView(spec: ListSpec, ticket: Ticket, me: number): boolean {
  switch (spec.view) {
    case "mine":
      return ticket.assignee_id === me && isUnsolved(ticket);
    case "unassigned":
      return ticket.assignee_id === null && isUnsolved(ticket);
    case "open":
      return isUnsolved(ticket);
    case "team":
      return ticket.team_id === spec.teamId && isUnsolved(ticket);
    case "all":
      return true;
    default:
      return ticket.state === spec.view;
  }
}

export function matches(spec: ListSpec, ticket: Ticket, me: number): boolean {
  if (!inView(spec, ticket, me)) return false;
  const q = spec.q.trim().toLowerCase().replace(/^#/, "");
  if (!q) return true;
  return (
    String(ticket.number).includes(q) ||
    ticket.subject.toLowerCase().includes(q) ||
    ticket.requester.name.toLowerCase().includes(q)
  );
}

/** Negative when `a` stands above `b`. */
export function compareTickets(sort: SortName, a: Ticket, b: Ticket): number {
  switch (sort) {
    case "created":
      return b.created_at - a.created_at || b.id - a.id;
    case "waiting": {
      const wa = a.waiting_since ?? Number.POSITIVE_INFINITY;
      const wb = b.waiting_since ?? Number.POSITIVE_INFINITY;
      if (wa !== wb) return wa < wb ? -1 : 1;
      return b.updated_at - a.updated_at || b.id - a.id;
    }
    case "updated":
      return b.updated_at - a.updated_at || b.id - a.id;
  }
}

export function sortIds(sort: SortName, ids: Iterable<number>, tickets: ReadonlyMap<number, Ticket>): number[] {
  const known: Ticket[] = [];
  for (const id of new Set(ids)) {
    const ticket = tickets.get(id);
    if (ticket) known.push(ticket);
  }
  return known.sort((a, b) => compareTickets(sort, a, b)).map((ticket) => ticket.id);
}

export function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
