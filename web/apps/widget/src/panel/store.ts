/** What all screens share, and what a visitor does to go from one to another. */
import { show, start as startDesk } from "../core/desk";
import { hooks, STARTING, state } from "../core/state";
import type { Id, Who } from "../core/wire";
import { emit } from "./api";
import { render } from "./app";

/** In the order of app.ts. */
export const HOME = 1;
export const FORM = 2;
export const CHAT = 3;

export interface View {
  screen_: number;
  /** A chat without an id begins with its first message. */
  id_: Id | string | null;
  who_: Who;
}

/** What was entered on the screen that is shown; forgotten when another one is. Drafts of messages stay. */
interface Entered {
  values_: Record<"name" | "email" | "text", string>;
  score_: number;
  comment_: string;
  has_tried_?: boolean;
  is_rating_?: boolean;
  has_failed_?: boolean;
  /** The visitor wants to go on in a conversation that was closed. */
  is_reopening_?: boolean;
  is_dropping_?: boolean;
}

const blank = (): Entered => ({
  values_: { name: state.customer_?.name ?? "", email: state.customer_?.email ?? "", text: "" },
  score_: 0,
  comment_: "",
});

export const ui = {
  view_: { screen_: HOME, id_: null, who_: {} } as View,
  entered_: blank(),
  drafts_: {} as Record<string, string>,
  is_open_: false,
};
/** Nobody has chosen a screen yet, so we may choose the running conversation. */
let is_fresh = true;
/** "Start" was pressed before the inbox was known. */
let is_starting = false;
let is_drawing = false;

/** Any number of changes in one go are drawn once. */
export function draw(): void {
  if (!is_drawing)
    queueMicrotask(() => {
      is_drawing = false;
      render();
    });
  is_drawing = true;
}

/** The conversation on the screen, once the server has named it. */
export const current = (): Id | null => (typeof ui.view_.id_ === "number" ? ui.view_.id_ : null);

function showCurrent(): void {
  const id = current();
  if (id !== null) void show(id);
  draw();
}

export function go(screen: number, id: View["id_"] = null, who: Who = {}): void {
  ui.view_ = { screen_: screen, id_: id, who_: who };
  ui.entered_ = blank();
  is_fresh = false;
  showCurrent();
}

/** That a conversation got its id is not a choice of the visitor's. */
hooks.moved_ = (from, to) => {
  ui.drafts_[to] ||= ui.drafts_[from] ?? "";
  if (ui.view_.id_ !== from) return;
  ui.view_.id_ = to;
  showCurrent();
};

/** What this inbox asks for and the visitor has not told yet. */
export function missingFields(): ("name" | "email")[] {
  const { inbox_: inbox, customer_: customer } = state;
  return (["name", "email"] as const).filter(
    (name) =>
      inbox?.prechat.is_enabled && inbox.prechat.fields.includes(name) && !customer?.is_verified && !customer?.[name],
  );
}

export const isAway = (): boolean => state.inbox_?.is_open === false;

export function start(): void {
  is_starting = !state.inbox_ && state.phase_ <= STARTING;
  if (is_starting) is_fresh = false;
  else go(isAway() || missingFields()[0] ? FORM : CHAT);
}

/** Whoever has a conversation under way, or something new to read or unsent, sees it at once. */
export function choose(): void {
  if (is_starting) return start();
  const { conversations_: conversations, pending_: pending } = state;
  const id =
    conversations.find((it) => it.state !== "closed" || it.unread_count)?.id ??
    pending.find((item) => typeof item.to === "string")?.to;
  if (ui.is_open_ && is_fresh && id) go(CHAT, id);
}

export function setOpen(wanted: boolean): void {
  if (wanted === ui.is_open_) return;
  ui.is_open_ = wanted;
  if (wanted) {
    void startDesk();
    choose();
  }
  emit(wanted ? "open" : "close");
  draw();
}

/** Somebody else. */
export function reset(): void {
  ui.drafts_ = {};
  go(HOME);
  is_fresh = true;
  if (ui.is_open_) void startDesk();
}
