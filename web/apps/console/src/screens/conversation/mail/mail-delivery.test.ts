import type { MessageDelivery } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import { deliveryView, isSuperseded, reasonOf } from "./mail-delivery";

const now = 1_000_000;
function delivery(patch: Partial<MessageDelivery>): MessageDelivery {
  return { state: "pending", due_at: now, attempts: 0, status: "", error: "", at: now, failures: [], ...patch };
}

describe("where an outgoing mail is", () => {
  it("counts down while it may be taken back, then is on its way", () => {
    expect(deliveryView(delivery({ due_at: now + 7_400 }), now)).toEqual({ kind: "undo", seconds: 7 });
    expect(deliveryView(delivery({ due_at: now }), now)).toEqual({ kind: "sending" });
  });

  it("is scheduled when it is due much later", () => {
    expect(deliveryView(delivery({ due_at: now + 3_600_000 }), now)).toEqual({
      kind: "scheduled",
      at: now + 3_600_000,
    });
  });

  it("tries again after a failure for now, and says so", () => {
    const view = deliveryView(delivery({ attempts: 2, status: "4.2.2", due_at: now + 60_000 }), now);
    expect(view).toEqual({ kind: "retrying", at: now + 60_000, reason: "full" });
  });

  it("has failed for good, or was given up", () => {
    expect(deliveryView(delivery({ state: "failed", status: "5.1.1" }), now)).toMatchObject({ isGivenUp: false });
    expect(deliveryView(delivery({ state: "dead", status: "4.4.7" }), now)).toMatchObject({ isGivenUp: true });
  });
});

describe("a mail that was not sent", () => {
  it("was taken back, or the customer wrote first", () => {
    expect(isSuperseded(delivery({ state: "cancelled", status: "superseded" }))).toBe(true);
    expect(isSuperseded(delivery({ state: "cancelled" }))).toBe(false);
    expect(isSuperseded(null)).toBe(false);
  });
});

describe("codes in plain words", () => {
  it.each([
    ["5.1.1", "no_mailbox"],
    ["5.1.10", "no_mailbox"],
    ["5.1.2", "no_domain"],
    ["5.2.1", "disabled"],
    ["5.2.2", "full"],
    ["4.2.2", "full"],
    ["5.2.3", "too_large"],
    ["5.3.4", "too_large"],
    ["5.4.4", "no_domain"],
    ["5.4.14", "loop"],
    ["4.4.1", "network"],
    ["4.4.7", "expired"],
    ["5.6.0", "content"],
    ["5.7.1", "refused"],
    ["5.7.26", "not_ours"],
    ["5.7.8", "login"],
    ["4.7.1", "busy"],
    ["4.1.1", "busy"],
    ["4.9.9", "busy"],
    ["5.0.0", "unknown"],
    ["", "unknown"],
    ["550 no", "unknown"],
  ])("%s: %s", (status, reason) => expect(reasonOf(status)).toBe(reason));
});
