import { retry } from "../core/desk";
import { loadOlder } from "../core/history";
import { state } from "../core/state";
import { deliveryOf, pendingFor } from "../core/thread";
import type { Attachment, Conversation, Message, Pending } from "../core/wire";
import { words } from "../host";
import { h, icon, type Kids } from "./dom";
import { shown } from "./files";
import { day, fill, time } from "./format";
import { ALERT, button, CIRCLE, linked, unseen } from "./parts";
import { current, ui } from "./store";

/** How far from the end, in pixels, still counts as reading the newest message. */
const NEAR = 60;
const RUN_MS = 3e5;

let box: HTMLElement | null = null;
let is_at_end = true;
let watch: ResizeObserver | undefined;

function toEnd(): void {
  if (box && is_at_end) box.scrollTop = box.scrollHeight;
}

/** Stays at the newest message unless the visitor has scrolled up to read. */
export function follow(wanted: HTMLElement | null): void {
  if (wanted && wanted !== box) {
    is_at_end = true;
    // The panel is laid out, and images get their size, after the messages were drawn.
    watch ??= new ResizeObserver(toEnd);
    watch.observe(wanted);
  }
  box = wanted;
  toEnd();
}

/** One's own message is always shown. */
export function goToEnd(): void {
  is_at_end = true;
}

/** Older messages are put above; what the visitor was looking at stays where it is. */
async function showOlder(): Promise<void> {
  if (!box) return;
  const below = box.scrollHeight - box.scrollTop;
  is_at_end = false;
  await loadOlder(current() ?? 0);
  if (box) box.scrollTop = box.scrollHeight - below;
}

export const note = (text: Kids, key?: string | number): Kids => h("small w-mark", text, {}, key);

/** Only what concerns the visitor; the desk's inner events are not shown. */
function eventText({ code, params }: Message): string | false {
  if (code === "assigned") return !!params.agent_name && fill(words.joined, `${params.agent_name}`);
  return code === "state_changed" && params.to === "solved" && words.closedTitle;
}

/** Mostly a bubble, which a message stays from the moment it is written. */
interface Row {
  id: number | null;
  client_id: string | null;
  text: string;
  attachments: Attachment[];
  created_at: number;
  is_mine: boolean;
  name: string;
  delivery: string | null;
  /** A line about the conversation in place of a bubble; false: the desk's own affair. */
  event?: string | false | null;
}

function meta({ delivery, created_at, name, client_id }: Row): Kids {
  const moment = h("time", time(created_at));
  if (!delivery) return h("small w-meta", [name, " ", moment]);
  if (delivery === "failed")
    return h("small w-meta w-complaint", [
      icon(ALERT),
      words.failed,
      button("#message-retry", words.retry, () => retry(client_id as string)),
    ]);
  return h(
    "small w-meta",
    delivery === "sending"
      ? [icon(`${CIRCLE}v5l3.3 2`), state.is_offline_ ? words.waiting : words.sending]
      : [
          moment,
          icon(delivery === "sent" ? "M5 12.5l4.5 4.5L19 7.5" : "M2.5 12.5L7 17l9-9.5M11.5 15.5L13 17l9-9.5"),
          delivery === "sent" ? words.sent : delivery === "read" ? words.read : words.delivered,
        ],
  );
}

const bubble = (row: Row, is_last: boolean): Kids =>
  h(
    `div#message w-msg ${row.is_mine ? "w-customer" : "w-agent"} ${is_last ? "w-last" : ""}`,
    [
      row.text && h("p w-words", [unseen(row.name + words.colon), linked(row.text)]),
      row.attachments.map(shown),
      is_last && h("div", meta(row), {}, row.delivery),
    ],
    {
      "data-message-id": row.id,
      "data-client-id": row.client_id,
      "data-author": row.is_mine ? "customer" : "agent",
      "data-delivery": row.delivery,
    },
    // The same key before and after the server has it, so that the bubble on the screen stays the same element.
    row.client_id ?? row.id,
  );

function rowOf(message: Message, it: Conversation | undefined): Row {
  const { kind, author } = message;
  const is_mine = author.kind === "customer";
  return {
    ...message,
    is_mine,
    name: is_mine ? words.you : author.name || words.support,
    delivery: is_mine ? deliveryOf(message, it) : null,
    event: kind === "reply" && author.kind !== "system" ? null : eventText(message),
  };
}

const waiting = (item: Pending): Row => ({
  ...item,
  id: null,
  created_at: item.at,
  is_mine: true,
  name: words.you,
  delivery: item.has_failed ? "failed" : "sending",
});

/** Runs of one author share a time, which stands under the last. */
const isLast = (row: Row, next: Row | undefined): boolean =>
  !next ||
  !!next.event ||
  row.delivery === "failed" ||
  (["name", "is_mine", "delivery"] as const).some((field) => row[field] !== next[field]) ||
  next.created_at - row.created_at >= RUN_MS;

/** Bubbles, day marks and events in reading order; unsent messages come last. */
export function rows(messages: readonly Message[], pending: readonly Pending[], it: Conversation | undefined): Kids[] {
  const all = [...messages.map((message) => rowOf(message, it)), ...pending.map(waiting)].filter(
    ({ event }) => event !== false,
  );
  let today = "";
  return all.map((row, index) => {
    const before = today;
    today = day(row.created_at);
    return [
      today !== before && note(today, today),
      row.event ? note(row.event, `${row.id}`) : bubble(row, isLast(row, all[index + 1])),
    ];
  });
}

export function log(it: Conversation | undefined, cards: Kids): Kids {
  const { threads_: threads, typing_: typing, pending_: pending } = state;
  const thread = it && threads[it.id];
  const messages = thread?.messages ?? [];
  const [writer, until] = (it && it.state !== "closed" && typing[it.id]) || ["", 0];
  return h(
    "div w-body w-log",
    [
      thread?.has_more && button("#older w-btn w-quiet", words.earlier, showOlder),
      rows(messages, pendingFor(pending, ui.view_.id_, messages), it),
      cards,
      until > Date.now() &&
        h("p#typing-indicator w-typing", [h("i"), h("i"), h("i"), unseen(fill(words.typing, writer || words.support))]),
    ],
    {
      role: "log",
      "aria-live": "polite",
      "aria-label": words.messages,
      // What scrolls must be reachable by keyboard.
      tabindex: 0,
      onscroll: () => {
        if (box?.clientHeight) is_at_end = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      },
    },
  );
}
