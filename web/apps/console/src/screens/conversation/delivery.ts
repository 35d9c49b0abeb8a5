import type { Receipts } from "@parley/client";
import type { Bubble } from "./stream";

const DELIVERIES = ["sending", "held", "failed", "sent", "delivered", "read"] as const;
export type Delivery = (typeof DELIVERIES)[number];

export function deliveryOf(bubble: Bubble, receipts: Receipts): Delivery {
  if (bubble.isHeld) return "held";
  if (bubble.entry) return bubble.entry.phase === "failed" ? "failed" : "sending";
  const id = bubble.id ?? 0;
  if (id <= receipts.read) return "read";
  return id <= receipts.delivered ? "delivered" : "sent";
}

/** All of a run in one string, which compares by value; `readDeliveries` takes it apart. */
export function writeDeliveries(bubbles: readonly Bubble[], receipts: Receipts): string {
  return bubbles.map((bubble) => deliveryOf(bubble, receipts)).join(" ");
}

export function readDeliveries(written: string): (Delivery | undefined)[] {
  return written.split(" ").map((name) => DELIVERIES.find((delivery) => delivery === name));
}
