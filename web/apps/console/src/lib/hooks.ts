import type { ConnectionState, ListSpec, ListState, MessageLog, OutboxEntry, Receipts } from "@parley/client";
import { listKey } from "@parley/client";
import type { AgentBrief, Customer, Draft, Inbox, Me, Team, Ticket, ViewCounts, Viewer } from "@parley/protocol";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import { desk } from "../app/desk";

/** `select` must give back the same object until the topic changes. */
export function useTopic<T>(topic: string, select: () => T): T {
  const subscribe = useCallback((listener: () => void) => desk.store.subscribe(topic, listener), [topic]);
  return useSyncExternalStore(subscribe, select);
}

/** For a `select` that makes its answer anew each time: the old one stands while `isSame` finds no difference. */
export function useDerived<T>(topic: string, select: () => T, isSame: (old: T, fresh: T) => boolean): T {
  const kept = useRef<{ value: T } | null>(null);
  return useTopic(topic, () => {
    const value = select();
    if (!kept.current || !isSame(kept.current.value, value)) kept.current = { value };
    return kept.current.value;
  });
}

export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

export function useMe(): Me | null {
  return useSyncExternalStore(desk.sessionChanged.subscribe, () => desk.me);
}

export function useCan(permission: string): boolean {
  return useMe()?.permissions.includes(permission) ?? false;
}

export function useTicket(id: number): Ticket | undefined {
  return useTopic(`ticket:${id}`, () => desk.store.state.tickets.get(id));
}

const SHOWN = [
  "id",
  "number",
  "subject",
  "state",
  "priority",
  "type",
  "tags",
  "team_id",
  "assignee_id",
  "requester",
  "channel",
  "inbox_id",
] as const satisfies readonly (keyof Ticket)[];

/** A ticket as its conversation shows it. */
export type ShownTicket = Pick<Ticket, (typeof SHOWN)[number]>;

function looksAlike(a: ShownTicket | undefined, b: ShownTicket | undefined): boolean {
  if (!a || !b) return a === b;
  return SHOWN.every((field) => a[field] === b[field] || JSON.stringify(a[field]) === JSON.stringify(b[field]));
}

/** A message changes the version, the counts and the last line of a ticket; around the conversation that draws nothing. */
export function useShownTicket(id: number): ShownTicket | undefined {
  return useDerived<ShownTicket | undefined>(`ticket:${id}`, () => desk.store.state.tickets.get(id), looksAlike);
}

export function useList(spec: ListSpec): ListState | undefined {
  const key = listKey(spec);
  return useTopic(`list:${key}`, () => desk.store.state.lists.get(key));
}

/** For those around the rows: an order that changes draws nothing there. */
export function useListStatus(spec: ListSpec): "unknown" | "empty" | "filled" {
  const key = listKey(spec);
  return useTopic(`list:${key}`, () => {
    const list = desk.store.state.lists.get(key);
    if (!list) return "unknown";
    return list.ids.length === 0 ? "empty" : "filled";
  });
}

export function useLog(id: number): MessageLog | undefined {
  return useTopic(`log:${id}`, () => desk.store.state.logs.get(id));
}

export const NO_RECEIPTS: Receipts = { read: 0, delivered: 0 };
/** What the receipts come to, in a word: a change of them that says nothing new draws nothing. */
export function useReceipts(id: number, select: (receipts: Receipts) => string): string {
  return useTopic(`receipts:${id}`, () => select(desk.store.state.receipts.get(id) ?? NO_RECEIPTS));
}

export function useTyping(id: number): string | null {
  return useTopic(`typing:${id}`, () => desk.store.state.typing.get(id)?.name ?? null);
}

const NO_VIEWERS: readonly Viewer[] = [];
export function useViewers(id: number): readonly Viewer[] {
  return useTopic(`viewers:${id}`, () => desk.store.state.viewers.get(id) ?? NO_VIEWERS);
}

/** What a row of the list shows of a ticket. */
export interface RowTicket {
  ticket: Ticket | undefined;
  readCount: number;
  typing: string | null;
  viewers: readonly Viewer[];
}

function rowTicket(id: number): RowTicket {
  const { tickets, reads, typing, viewers } = desk.store.state;
  return {
    ticket: tickets.get(id),
    readCount: reads.get(id) ?? 0,
    typing: typing.get(id)?.name ?? null,
    viewers: viewers.get(id) ?? NO_VIEWERS,
  };
}

/** All of it listened to as one: a row changes its ticket often, and each thing it listens to costs then. */
export function useRowTicket(id: number): RowTicket {
  const kept = useRef<RowTicket | null>(null);
  const subscribe = useCallback(
    (listener: () => void) => {
      const topics = [`ticket:${id}`, `typing:${id}`, `viewers:${id}`];
      const leave = topics.map((topic) => desk.store.subscribe(topic, listener));
      return () => {
        for (const stop of leave) stop();
      };
    },
    [id],
  );
  return useSyncExternalStore(subscribe, () => {
    const fresh = rowTicket(id);
    if (!kept.current || !sameItems(Object.values(kept.current), Object.values(fresh))) kept.current = fresh;
    return kept.current;
  });
}

const NO_DRAFTS: readonly Draft[] = [];
export function useDrafts(id: number): readonly Draft[] {
  return useTopic(`draft:${id}`, () => desk.store.state.drafts.get(id) ?? NO_DRAFTS);
}

export function useCustomer(id: number): Customer | undefined {
  return useTopic(`customer:${id}`, () => desk.store.state.customers.get(id));
}

export function useCounts(): ViewCounts | null {
  return useTopic("counts", () => desk.store.state.counts);
}

function useSorted<T extends { name: string }>(topic: string, all: () => ReadonlyMap<number, T>): readonly T[] {
  const map = useTopic(topic, all);
  return useMemo(() => sortedByName(map), [map]);
}

export function sortedByName<T extends { name: string }>(map: ReadonlyMap<number, T>): readonly T[] {
  return [...map.values()].sort((a, b) => a.name.localeCompare(b.name));
}

export function useAgents(): readonly AgentBrief[] {
  return useSorted("agents", () => desk.store.state.agents);
}

export function useAgent(id: number | null): AgentBrief | undefined {
  return useTopic("agents", () => (id === null ? undefined : desk.store.state.agents.get(id)));
}

export function useTeams(): readonly Team[] {
  return useSorted("teams", () => desk.store.state.teams);
}

export function useInboxes(): readonly Inbox[] {
  return useSorted("inboxes", () => desk.store.state.inboxes);
}

/** Whether this agent may write an e-mail that begins a conversation, and from somewhere. */
export function useCanMail(): boolean {
  const canReply = useCan("ticket.reply");
  const hasInbox = useMailInboxes().length > 0;
  return canReply && hasInbox;
}

/** The e-mail inboxes this agent may begin a conversation from. */
export function useMailInboxes(): readonly Inbox[] {
  const agent = useMe()?.agent;
  const current = useAgent(agent?.id ?? null) ?? agent;
  return useInboxes().filter((inbox) => inbox.channel === "email" && mayWriteFrom(current, inbox));
}

/** Agents write from the inboxes of their teams and from those of none. */
function mayWriteFrom(agent: AgentBrief | undefined, { team_id }: Inbox): boolean {
  const isEverywhere = agent?.role === "administrator" || agent?.role === "supervisor";
  return isEverywhere || team_id === null || (agent?.team_ids.includes(team_id) ?? false);
}

const NO_ENTRIES: readonly OutboxEntry[] = [];
const never = (): (() => void) => () => undefined;
export function useOutbox(ticketId: number): readonly OutboxEntry[] {
  return useSyncExternalStore(
    desk.outbox?.changed.subscribe ?? never,
    () => desk.outbox?.entries(ticketId) ?? NO_ENTRIES,
  );
}

export function useWaitingCount(): number {
  return useSyncExternalStore(desk.outbox?.changed.subscribe ?? never, () => desk.outbox?.waitingCount ?? 0);
}

export function useConnection(): ConnectionState {
  return useSyncExternalStore(desk.socket.stateChanged.subscribe, () => desk.socket.state);
}

export function useLag(): number | null {
  return useSyncExternalStore(desk.socket.stateChanged.subscribe, () => desk.socket.lagMs);
}

export function useMedia(query: string): boolean {
  const list = useMemo(() => window.matchMedia(query), [query]);
  const subscribe = useCallback(
    (listener: () => void) => {
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [list],
  );
  return useSyncExternalStore(subscribe, () => list.matches);
}

export const PHONE = "(max-width: 47.99rem)";
/** Here the rail has no words. */
export const NARROW = "(max-width: 79.99rem)";
export const NO_PANEL = "(max-width: 68.74rem)";
