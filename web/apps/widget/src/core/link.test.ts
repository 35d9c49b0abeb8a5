import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backoff } from "./basics";
import { FakeSocket } from "./fakes";
import { Link, nextLinkState } from "./link";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setup() {
  const sockets: FakeSocket[] = [];
  const hooks = { frame: vi.fn(), live: vi.fn(), lost: vi.fn(), refused: vi.fn() };
  const link = new Link(
    "https://desk.example",
    (url, protocols) => {
      const socket = new FakeSocket(url, protocols);
      sockets.push(socket);
      return socket;
    },
    hooks,
  );
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error("no socket");
    return socket;
  };
  return { link, hooks, sockets, last };
}

test("an event that means nothing changes nothing", () => {
  expect(nextLinkState("idle", "hello")).toBe("idle");
  expect(nextLinkState("live", "again")).toBe("live");
  expect(nextLinkState("stopped", "lost")).toBe("stopped");
});

test("back-off doubles from 0.3 s to 30 s and spreads by half", () => {
  expect([0, 1, 2, 3].map((n) => backoff(n, () => 0.5))).toEqual([300, 600, 1200, 2400]);
  expect(backoff(20, () => 0.5)).toBe(30_000);
  expect(backoff(0, () => 0)).toBe(150);
  expect(backoff(20, () => 1)).toBe(45_000);
});

test("the token travels as a subprotocol, the cursor in the address", () => {
  const { link, last } = setup();
  link.start("abc", "c 1");
  expect(last().url).toBe("wss://desk.example/api/v1/socket?after=c%201");
  expect(last().protocols).toEqual(["parley.v1", "visitor.abc"]);
});

test("a lost socket comes back with the cursor of the last event", () => {
  const { link, last, sockets, hooks } = setup();
  link.start("abc", "c1");
  last().hello(true, "c50");
  expect(hooks.live).toHaveBeenCalledWith(true);
  last().receive({ v: 1, type: "event", cursor: "c2", payload: {} });
  last().drop();
  expect(hooks.lost).toHaveBeenCalledWith(1);
  vi.advanceTimersByTime(500);
  expect(sockets).toHaveLength(2);
  // Not c50: hello speaks of events that may not have arrived yet.
  expect(last().url).toContain("after=c2");
});

test("a socket that was not resumed starts from the cursor of its hello", () => {
  const { link, last } = setup();
  link.start("abc", "c1");
  last().hello(false, "c70");
  expect(link.cursor).toBe("c70");
});

test("a silent socket is dead after two heartbeats", () => {
  const { link, last, sockets } = setup();
  link.start("abc", null);
  last().hello();
  vi.advanceTimersByTime(1000);
  expect(last().sent).toEqual([{ type: "ping", t: expect.any(Number) }]);
  last().receive({ v: 1, type: "pong", payload: { t: 1, cursor: "c10" } });
  expect(link.cursor).toBe("c10");
  vi.advanceTimersByTime(1000);
  expect(link.state).toBe("live");
  vi.advanceTimersByTime(2000);
  expect(sockets[0]?.is_closed).toBe(true);
  expect(link.state).toBe("waiting");
});

test("no hello counts as lost", () => {
  const { link } = setup();
  link.start("abc", null);
  vi.advanceTimersByTime(10_000);
  expect(link.state).toBe("waiting");
});

test("waking does not wait out the back-off", () => {
  const { link, last, sockets } = setup();
  link.start("abc", null);
  for (let n = 0; n < 6; n++) {
    last().drop();
    if (n < 5) vi.advanceTimersByTime(45_000);
  }
  const before = sockets.length;
  link.wake();
  expect(sockets).toHaveLength(before + 1);
});

test("final close codes end it", () => {
  const { link, last, hooks } = setup();
  link.start("abc", null);
  last().drop(4001);
  expect(hooks.refused).toHaveBeenCalledWith(4001);
  expect(link.state).toBe("stopped");
});

test("what an abandoned socket says is not heard", () => {
  const { link, last, hooks } = setup();
  link.start("abc", null);
  const old = last();
  link.start("def", null);
  old.hello();
  old.drop(4001);
  expect(link.state).toBe("connecting");
  expect(hooks.refused).not.toHaveBeenCalled();
});
