import type { MessageDelivery } from "@parley/protocol";

/** A mail that is due this soon is held for Undo; what is due later was scheduled. */
const UNDO_MAX_MS = 30_000;

/** What to show of a mail that goes out. */
export type DeliveryView =
  | { kind: "undo"; seconds: number }
  | { kind: "scheduled"; at: number }
  | { kind: "retrying"; at: number | null; reason: Reason }
  | { kind: "failed"; reason: Reason; isGivenUp: boolean }
  | { kind: "sending" | "sent" | "delivered" | "uncertain" | "cancelled" };

const REASONS = [
  "no_mailbox",
  "no_domain",
  "bad_address",
  "disabled",
  "full",
  "too_large",
  "refused",
  "not_ours",
  "login",
  "loop",
  "expired",
  "content",
  "busy",
  "network",
  "unknown",
] as const;
export type Reason = (typeof REASONS)[number];

/** RFC 3463 codes without their first digit; the longest that fits counts. */
const BY_DETAIL: readonly [string, Reason][] = [
  ["1.2", "no_domain"],
  ["1.3", "bad_address"],
  ["1.7", "bad_address"],
  ["1.8", "bad_address"],
  ["1.", "no_mailbox"],
  ["2.1", "disabled"],
  ["2.2", "full"],
  ["2.3", "too_large"],
  ["2.", "disabled"],
  ["3.4", "too_large"],
  ["3.", "busy"],
  ["4.1", "network"],
  ["4.2", "network"],
  ["4.3", "no_domain"],
  ["4.4", "no_domain"],
  ["4.6", "loop"],
  ["4.14", "loop"],
  ["4.7", "expired"],
  ["4.", "network"],
  ["5.", "content"],
  ["6.", "content"],
  ["7.8", "login"],
  ["7.9", "login"],
  ["7.0", "refused"],
  ["7.20", "not_ours"],
  ["7.21", "not_ours"],
  ["7.22", "not_ours"],
  ["7.23", "not_ours"],
  ["7.24", "not_ours"],
  ["7.25", "not_ours"],
  ["7.26", "not_ours"],
  ["7.27", "not_ours"],
  ["7.", "refused"],
];

/** Why, in one of the words that have a sentence. `status` is an enhanced code such as "5.1.1", or empty. */
export function reasonOf(status: string): Reason {
  const code = /^([245])\.(\d{1,3}\.\d{1,3})$/.exec(status.trim());
  const detail = code?.[2];
  if (!code || detail === undefined) return "unknown";
  const [subject = ""] = detail.split(".");
  const exact = BY_DETAIL.find(([key]) => key === detail)?.[1];
  const found = exact ?? BY_DETAIL.find(([key]) => key === `${subject}.`)?.[1];
  // What may pass later is no verdict on the address or the text.
  const isForNow = code[1] === "4" && (found === "refused" || found === "no_mailbox" || found === "disabled");
  if (isForNow) return "busy";
  return found ?? (code[1] === "4" ? "busy" : "unknown");
}

export function deliveryView(delivery: MessageDelivery, now: number): DeliveryView {
  const { state, due_at, attempts, status } = delivery;
  switch (state) {
    case "pending": {
      if (attempts > 0) return { kind: "retrying", at: due_at, reason: reasonOf(status) };
      const left = due_at - now;
      if (left <= 0) return { kind: "sending" };
      if (left > UNDO_MAX_MS) return { kind: "scheduled", at: due_at };
      return { kind: "undo", seconds: Math.max(1, Math.round(left / 1000)) };
    }
    case "failed":
    case "dead":
      return { kind: "failed", reason: reasonOf(status), isGivenUp: state === "dead" };
    default:
      return { kind: state };
  }
}

/** The customer wrote before it was due, and so it was not sent. */
export function isSuperseded(delivery: MessageDelivery | null): boolean {
  return delivery?.state === "cancelled" && delivery.status === "superseded";
}

/** Due so soon, or so lately, that every second counts on the screen. */
export function isCountingDown({ state, attempts, due_at }: MessageDelivery, now: number): boolean {
  return state === "pending" && attempts === 0 && Math.abs(due_at - now) < 60_000;
}
