import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { World } from "./fakes";

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  world = new World();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function setup(token = "abc", cursor: string | null = null) {
  const module = await import("./link");
  const { link } = module;
  const { session } = await import("./api");
  const { sockets } = world;
  const hooks = { frame_: vi.fn(), live_: vi.fn(), lost_: vi.fn(), refused_: vi.fn() };
  Object.assign(link, hooks);
  session.token_ = token;
  link.cursor_ = cursor;
  return { ...module, session, hooks, sockets, last: () => world.socket };
}

test("an event that means nothing changes nothing", async () => {
  const { link, lose, wakeLink, connect, hangUp, sockets, STOPPED, WAITING } = await setup();
  lose();
  wakeLink();
  expect([link.state_, sockets.length]).toEqual([STOPPED, 0]);
  connect();
  lose();
  lose();
  expect(link.state_).toBe(WAITING);
  hangUp();
  vi.advanceTimersByTime(60_000);
  expect(link.state_).toBe(STOPPED);
});

test("back-off doubles from 0.3 s to 30 s and spreads by half", async () => {
  const { backoff } = await import("./basics");
  expect([0, 1, 2, 3].map((n) => backoff(n, () => 0.5))).toEqual([300, 600, 1200, 2400]);
  expect(backoff(20, () => 0.5)).toBe(30_000);
  expect(backoff(0, () => 0)).toBe(150);
  expect(backoff(20, () => 1)).toBe(45_000);
});

test("the token travels as a subprotocol, the cursor in the address", async () => {
  const { last, connect } = await setup("abc", "c 1");
  connect();
  expect(last().url).toBe("wss://desk.example/api/v1/socket?after=c%201");
  expect(last().protocols).toEqual(["parley.v1", "visitor.abc"]);
});

test("a lost socket comes back with the cursor of the last event", async () => {
  const { last, sockets, hooks, connect } = await setup("abc", "c1");
  connect();
  last().hello(true, "c50");
  expect(hooks.live_).toHaveBeenCalledWith(true);
  last().receive({ v: 1, type: "event", cursor: "c2", payload: {} });
  last().drop();
  expect(hooks.lost_).toHaveBeenCalledWith(1);
  vi.advanceTimersByTime(500);
  expect(sockets).toHaveLength(2);
  // Not c50: hello speaks of events that may not have arrived yet.
  expect(last().url).toContain("after=c2");
});

test("a socket that was not resumed starts from the cursor of its hello", async () => {
  const { link, last, connect } = await setup("abc", "c1");
  connect();
  last().hello(false, "c70");
  expect(link.cursor_).toBe("c70");
});

test("a silent socket is dead after two heartbeats", async () => {
  const { link, last, sockets, connect, LIVE, WAITING } = await setup("abc", null);
  connect();
  last().hello();
  vi.advanceTimersByTime(1000);
  expect(last().sent).toEqual([{ type: "ping", t: expect.any(Number) }]);
  last().receive({ v: 1, type: "pong", payload: { t: 1, cursor: "c10" } });
  expect(link.cursor_).toBe("c10");
  vi.advanceTimersByTime(1000);
  expect(link.state_).toBe(LIVE);
  vi.advanceTimersByTime(2000);
  expect(sockets[0]?.is_closed).toBe(true);
  expect(link.state_).toBe(WAITING);
});

test("no hello counts as lost", async () => {
  const { link, connect, WAITING } = await setup("abc", null);
  connect();
  vi.advanceTimersByTime(10_000);
  expect(link.state_).toBe(WAITING);
});

test("waking does not wait out the back-off", async () => {
  const { last, sockets, connect, wakeLink } = await setup("abc", null);
  connect();
  for (let n = 0; n < 6; n++) {
    last().drop();
    if (n < 5) vi.advanceTimersByTime(45_000);
  }
  const before = sockets.length;
  wakeLink();
  expect(sockets).toHaveLength(before + 1);
});

test("final close codes end it", async () => {
  const { link, last, hooks, connect, STOPPED } = await setup("abc", null);
  connect();
  last().drop(4001);
  expect(hooks.refused_).toHaveBeenCalledWith(4001);
  expect(link.state_).toBe(STOPPED);
});

test("what an abandoned socket says is not heard", async () => {
  const { link, last, hooks, connect, CONNECTING, session } = await setup("abc", null);
  connect();
  const old = last();
  session.token_ = "def";
  connect();
  old.hello();
  old.drop(4001);
  expect(link.state_).toBe(CONNECTING);
  expect(hooks.refused_).not.toHaveBeenCalled();
});
