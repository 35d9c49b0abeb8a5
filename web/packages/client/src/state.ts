import type { AgentBrief, Customer, Draft, Inbox, Message, Team, Ticket, ViewCounts, Viewer } from "@parley/protocol";
import type { ListState } from "./lists";
import { Shelves } from "./shelves";

/** Messages of a ticket in id order, without gaps from the first to the newest. */
export interface MessageLog {
  items: readonly Message[];
  hasOlder: boolean;
}

/** How far the customer's devices got. */
export interface Receipts {
  read: number;
  delivered: number;
}

export interface TypingState {
  name: string;
  until: number;
}

export interface DeskState {
  meId: number;
  tickets: ReadonlyMap<number, Ticket>;
  reads: ReadonlyMap<number, number>;
  logs: ReadonlyMap<number, MessageLog>;
  receipts: ReadonlyMap<number, Receipts>;
  typing: ReadonlyMap<number, TypingState>;
  viewers: ReadonlyMap<number, readonly Viewer[]>;
  drafts: ReadonlyMap<number, readonly Draft[]>;
  agents: ReadonlyMap<number, AgentBrief>;
  teams: ReadonlyMap<number, Team>;
  inboxes: ReadonlyMap<number, Inbox>;
  customers: ReadonlyMap<number, Customer>;
  lists: ReadonlyMap<string, ListState>;
  counts: ViewCounts | null;
}

export function emptyState(meId = 0): DeskState {
  return {
    meId,
    tickets: new Shelves(),
    reads: new Map(),
    logs: new Map(),
    receipts: new Map(),
    typing: new Map(),
    viewers: new Map(),
    drafts: new Map(),
    agents: new Map(),
    teams: new Map(),
    inboxes: new Map(),
    customers: new Map(),
    lists: new Map(),
    counts: null,
  };
}
