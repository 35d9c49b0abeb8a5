import { describe, expect, it } from "vitest";
import { belongs } from "./outbox-list";

describe("which mails the outbox lists", () => {
  it("is what waits and what is stuck, until somebody has dealt with it", () => {
    for (const state of ["pending", "sending", "failed", "dead", "uncertain"] as const)
      expect(belongs({ state, settled_at: null }, "")).toBe(true);
    expect(belongs({ state: "failed", settled_at: 5 }, "")).toBe(false);
    for (const state of ["sent", "delivered", "cancelled"] as const)
      expect(belongs({ state, settled_at: null }, "")).toBe(false);
  });

  it("keeps what was dealt with under its state", () => {
    expect(belongs({ state: "dead", settled_at: 5 }, "dead")).toBe(true);
    expect(belongs({ state: "sent", settled_at: null }, "uncertain")).toBe(false);
  });
});
