import type { Receipts } from "@parley/client";
import type { Bubble } from "./stream";

export type Delivery = "sending" | "failed" | "sent" | "delivered" | "read";

export function deliveryOf(bubble: Bubble, receipts: Receipts): Delivery {
  if (bubble.entry) return bubble.entry.phase === "failed" ? "failed" : "sending";
  const id = bubble.id ?? 0;
  if (id <= receipts.read) return "read";
  return id <= receipts.delivered ? "delivered" : "sent";
}
