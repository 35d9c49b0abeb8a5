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

/**
 * The ids of a list after some tickets changed; the same array when that moved nothing. The others are in order already, so
 * only the changed ones look for their place.
 */
export function placeIds(
  list: ListState,
  changed: ReadonlySet<number>,
  tickets: ReadonlyMap<number, Ticket>,
  me: number,
): readonly number[] {
  const { sort } = list.spec;
  const ids = list.ids.filter((id) => !changed.has(id));
  const wasIn = new Set(list.ids.filter((id) => changed.has(id)));
  const lastId = list.ids.at(-1);
  const last = lastId === undefined ? undefined : tickets.get(lastId);
  for (const id of changed) {
    const ticket = tickets.get(id);
    if (!ticket || !matches(list.spec, ticket, me)) continue;
    // What stands below the last loaded page comes with its page.
    const isLoaded = list.nextCursor === null || wasIn.has(id) || !last || compareTickets(sort, ticket, last) <= 0;
    if (isLoaded) ids.splice(placeOf(ticket, sort, ids, tickets), 0, id);
  }
  return sameIds(ids, list.ids) ? list.ids : ids;
}

/** Where a ticket stands in an ordered list that it is not in. */
function placeOf(ticket: Ticket, sort: SortName, ids: readonly number[], tickets: ReadonlyMap<number, Ticket>): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = tickets.get(ids[middle] ?? 0);
    if (other && compareTickets(sort, other, ticket) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
