import type { Customer, Ticket, ViewCounts } from "@parley/protocol";
import { type ListState, placeIds, sortIds } from "./lists";
import { Shelves } from "./shelves";
import type { DeskState } from "./state";

type MapName = Exclude<keyof DeskState, "meId" | "counts">;
type ValueOf<M> = M extends ReadonlyMap<infer K, infer V> ? [K, V] : never;
type KeyIn<N extends MapName> = ValueOf<DeskState[N]>[0];
type ValueIn<N extends MapName> = ValueOf<DeskState[N]>[1];

interface Writable {
  set(key: unknown, value: unknown): unknown;
  delete(key: unknown): boolean;
}

/** Copies a map the first time it is written to, so that one batch costs one copy of each map it touches. */
export class Changeset {
  readonly meId: number;
  private state: DeskState;
  private readonly copied = new Set<MapName>();
  private readonly touched = new Set<string>();
  private readonly changedTickets = new Set<number>();

  constructor(private readonly before: DeskState) {
    this.state = { ...before };
    this.meId = before.meId;
  }

  get<N extends MapName>(name: N): DeskState[N] {
    return this.state[name];
  }

  put<N extends MapName>(name: N, key: KeyIn<N>, value: ValueIn<N>, topic: string): void {
    const current: ReadonlyMap<unknown, unknown> = this.state[name];
    if (current.get(key) === value && current.has(key)) return;
    this.writable(name).set(key, value);
    this.touched.add(topic);
  }

  drop<N extends MapName>(name: N, key: KeyIn<N>, topic: string): void {
    const current: ReadonlyMap<unknown, unknown> = this.state[name];
    if (!current.has(key)) return;
    this.writable(name).delete(key);
    this.touched.add(topic);
  }

  /** Older versions are dropped; an equal one is taken, so that the server's word replaces a guess of ours. */
  putTicket(ticket: Ticket, isForced = false): void {
    const old = this.state.tickets.get(ticket.id);
    if (old && !isForced && ticket.version < old.version) return;
    this.put("tickets", ticket.id, ticket, `ticket:${ticket.id}`);
    this.changedTickets.add(ticket.id);
    this.touched.add("tickets");
  }

  dropTicket(id: number): void {
    this.drop("tickets", id, `ticket:${id}`);
    this.drop("logs", id, `log:${id}`);
    this.changedTickets.add(id);
    this.touched.add("tickets");
  }

  putCustomer(customer: Customer): void {
    const old = this.state.customers.get(customer.id);
    if (old && customer.version < old.version) return;
    this.put("customers", customer.id, customer, `customer:${customer.id}`);
  }

  putList(key: string, list: ListState): void {
    const ids = sortIds(list.spec.sort, list.ids, this.state.tickets);
    this.put("lists", key, { ...list, ids }, `list:${key}`);
  }

  setCounts(counts: ViewCounts): void {
    if (JSON.stringify(counts) === JSON.stringify(this.state.counts)) return;
    this.state.counts = counts;
    this.touched.add("counts");
  }

  finish(): { state: DeskState; touched: ReadonlySet<string> } {
    if (this.changedTickets.size > 0) this.placeTickets();
    return { state: this.touched.size > 0 ? this.state : this.before, touched: this.touched };
  }

  /** Membership and order of every loaded list after the tickets of this batch. */
  /** Membership and order of every loaded list after the tickets of this batch. */
  private placeTickets(): void {
    for (const [key, list] of this.state.lists) {
      const ids = placeIds(list, this.changedTickets, this.state.tickets, this.meId);
      if (ids !== list.ids) this.put("lists", key, { ...list, ids }, `list:${key}`);
    }
  }

  private writable(name: MapName): Writable {
    const current: ReadonlyMap<unknown, unknown> = this.state[name];
    if (this.copied.has(name) && (current instanceof Map || current instanceof Shelves)) return current;
    const copy = current instanceof Shelves ? new Shelves(current) : new Map(current);
    this.copied.add(name);
    Object.assign(this.state, { [name]: copy });
    return copy;
  }
}
