import type { Thread } from "./thread";
import type { Conversation, Customer, Id, Inbox, Page, Pending } from "./wire";

/** Nothing was asked of the server. */
export const IDLE = 0;
export const STARTING = 1;
export const READY = 2;
/** No answer, tried again. */
export const OUT_OF_REACH = 3;
/** This page or this inbox may not chat. */
export const REFUSED = 4;

/** One object, changed in place; whoever changes it calls changed() of desk.ts. */
export interface DeskState {
  phase_: number;
  /** Cut off for longer than a blink. */
  is_offline_: boolean;
  inbox_: Inbox | null;
  workspace_: string;
  customer_: Customer | null;
  conversations_: Conversation[];
  threads_: Record<Id, Thread>;
  pending_: Pending[];
  /** Who writes, and until when that is believed. */
  typing_: Record<Id, [name: string, until: number]>;
  /** Conversations whose rating card was put away. */
  unrated_: Id[];
}

export const emptyState = (): DeskState => ({
  phase_: IDLE,
  is_offline_: false,
  inbox_: null,
  workspace_: "",
  customer_: null,
  conversations_: [],
  threads_: {},
  pending_: [],
  typing_: {},
  unrated_: [],
});

export const state: DeskState = emptyState();

export const find = (id: unknown): Conversation | undefined => state.conversations_.find((it) => it.id === id);

/** Stands where nobody listens yet. */
export const idle = (): void => {};

/** What the screens want to be told. */
export const hooks = {
  changed_: idle,
  moved_: idle as (from: Id | string, to: Id | string) => void,
  arrived_: idle as (posted: Page) => void,
};
