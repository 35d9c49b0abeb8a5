import type { Pending } from "../core/outbox";
import { type Delivery, deliveryOf } from "../core/thread";
import type { Attachment, Conversation, Message } from "../core/wire";
import type { Format } from "./format";

export interface Bubble {
  kind: "bubble";
  key: string;
  id: number | null;
  client_id: string | null;
  author: "customer" | "agent";
  name: string;
  text: string;
  attachments: Attachment[];
  at: number;
  delivery: Delivery | null;
  /** Last of a run by one author: it carries the time and the pointing corner. */
  is_last: boolean;
}

export type Row = Bubble | { kind: "day" | "event"; key: string; text: string };

const RUN_MS = 5 * 60_000;

/** Only what concerns the visitor; the desk's inner events are not shown. */
function eventText({ code, params }: Message, { words }: Format): string | null {
  if (code === "assigned" && typeof params.agent_name === "string") return words.joined(params.agent_name);
  if (code === "state_changed" && params.to === "solved") return words.closedEvent;
  return null;
}

/** Bubbles, day marks and events in reading order; unsent messages come last. */
export function buildRows(
  messages: readonly Message[],
  pending: readonly Pending[],
  conversation: Conversation | null,
  format: Format,
): Row[] {
  const rows: Row[] = [];
  let day = "";
  const mark = (at: number) => {
    const label = format.day(at);
    if (label !== day) rows.push({ kind: "day", key: `day-${label}`, text: label });
    day = label;
  };
  for (const message of messages) {
    const { author } = message;
    if (message.kind === "reply" && author.kind !== "system") {
      mark(message.created_at);
      const is_mine = author.kind === "customer";
      rows.push({
        kind: "bubble",
        // The same key before and after the server has it, so that the bubble on the screen stays the same element.
        key: message.client_id ?? `m${message.id}`,
        id: message.id,
        client_id: message.client_id,
        author: is_mine ? "customer" : "agent",
        name: is_mine ? format.words.youSaid : author.name || format.words.support,
        text: message.text,
        attachments: message.attachments,
        at: message.created_at,
        delivery: is_mine ? deliveryOf(message, conversation) : null,
        is_last: true,
      });
    } else {
      const text = eventText(message, format);
      if (text) {
        mark(message.created_at);
        rows.push({ kind: "event", key: `m${message.id}`, text });
      }
    }
  }
  for (const item of pending) {
    mark(item.at);
    rows.push({
      kind: "bubble",
      key: item.client_id,
      id: null,
      client_id: item.client_id,
      author: "customer",
      name: format.words.youSaid,
      text: item.text,
      attachments: item.attachments,
      at: item.at,
      delivery: item.has_failed ? "failed" : "sending",
      is_last: true,
    });
  }
  rows.forEach((row, index) => {
    const next = rows[index + 1];
    if (row.kind === "bubble" && next?.kind === "bubble") row.is_last = !isRun(row, next);
  });
  return rows;
}

function isRun(a: Bubble, b: Bubble): boolean {
  return (
    a.author === b.author &&
    a.name === b.name &&
    a.delivery === b.delivery &&
    a.delivery !== "failed" &&
    b.at - a.at < RUN_MS
  );
}
