import { describe, expect, it } from "vitest";
import { BACKOFF_CAP_MS, backoffDelay } from "./backoff";
import { type ConnectionState, step } from "./connection";

const lost = (code = 1006, isOnline = true) => ({ type: "lost" as const, code, isOnline, delayMs: 300 });

describe("step", () => {
  it("goes live and comes back after a loss", () => {
    let state: ConnectionState = step({ name: "idle" }, { type: "start" });
    expect(state).toEqual({ name: "connecting", attempt: 0 });
    state = step(state, { type: "hello", now: 5 });
    expect(state).toEqual({ name: "live", since: 5 });
    state = step(state, lost());
    expect(state).toEqual({ name: "waiting", attempt: 1, delayMs: 300 });
    state = step(state, { type: "retry" });
    expect(state).toEqual({ name: "connecting", attempt: 1 });
    expect(step(state, lost())).toEqual({ name: "waiting", attempt: 2, delayMs: 300 });
  });

  it("waits for the network and then retries at once, from the shortest delay", () => {
    const offline = step({ name: "live", since: 1 }, { type: "network_down" });
    expect(offline.name).toBe("offline");
    expect(step(offline, { type: "network_up" })).toEqual({ name: "connecting", attempt: 0 });
    expect(step({ name: "waiting", attempt: 6, delayMs: 9000 }, { type: "network_up" })).toEqual({
      name: "connecting",
      attempt: 0,
    });
  });

  it("gives up for good when the session is over", () => {
    const closed = step({ name: "live", since: 1 }, lost(4001));
    expect(closed).toEqual({ name: "closed", reason: "logged_out" });
    expect(step(closed, { type: "network_up" })).toBe(closed);
    expect(step({ name: "live", since: 1 }, lost(4010))).toEqual({ name: "closed", reason: "logged_out" });
    expect(step(closed, { type: "start" }).name).toBe("connecting");
  });

  it("leaves a live connection alone", () => {
    const live: ConnectionState = { name: "live", since: 1 };
    expect(step(live, { type: "start" })).toBe(live);
    expect(step(live, { type: "network_up" })).toBe(live);
  });
});

describe("backoffDelay", () => {
  it("doubles from 0.3 s, spreads by half, stops at 30 s", () => {
    expect(backoffDelay(0, () => 0.5)).toBe(300);
    expect(backoffDelay(3, () => 0.5)).toBe(2400);
    expect(backoffDelay(0, () => 0)).toBe(150);
    expect(backoffDelay(0, () => 0.999)).toBeLessThanOrEqual(450);
    expect(backoffDelay(50, () => 0.999)).toBe(BACKOFF_CAP_MS);
  });
});
