import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Call, conversation, message, session, World } from "./fakes";
import { IDLE, READY, REFUSED } from "./state";

let world: World;
let next_id = 100;
const posted = new Map<unknown, unknown>();

/** A server that remembers client ids, as ours does. */
function healthy(call: Call) {
  if (call.path === "session") return { status: 200, body: session() };
  if (call.path === "conversations" && call.method === "GET") return { status: 200, body: { items: [conversation()] } };
  if (call.method === "GET") return { status: 200, body: { items: [], has_more: false, conversation: conversation() } };
  if (call.path.endsWith("/read")) return { status: 200, body: {} };
  const known = posted.get(call.body.client_id);
  const body = known ?? {
    conversation: conversation({ updated_at: next_id }),
    message: message(next_id++, {
      client_id: String(call.body.client_id),
      text: String(call.body.text),
      author: { kind: "customer", id: 1, name: null },
    }),
  };
  posted.set(call.body.client_id, body);
  return { status: 200, body };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

async function started() {
  const desk = await world.desk();
  await desk.start();
  world.socket.hello();
  await settle();
  return desk;
}

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
  world.answer = healthy;
  posted.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("nothing is asked of the server before the chat is started", async () => {
  const desk = await world.desk();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(world.calls).toEqual([]);
  expect(desk.isKnown()).toBe(false);
});

test("a conversation that is shown before there is a session comes with the session", async () => {
  world.answer = (call) =>
    call.path === "session" ? { status: 200, body: session({ conversations: [conversation()] }) } : healthy(call);
  const desk = await world.desk();
  const ready = desk.start();
  await desk.show(5);
  expect(world.calls.map((call) => call.path)).not.toContain("conversations/5/messages");
  await ready;
  await settle();
  expect(world.calls.at(-1)).toMatchObject({ path: "conversations/5/messages", token: "Visitor token-1" });
});

test("the first message opens a conversation, the second goes into it", async () => {
  const desk = await started();
  const moved = vi.fn();
  desk.hooks.moved_ = moved;
  const shown_as = desk.send(null, "one", [], { name: "Sofia" });
  desk.send(shown_as, "two", []);
  await settle();
  expect(world.posts().map((call) => call.path)).toEqual(["conversations", "conversations/5/messages"]);
  expect(world.posts()[0]?.body).toMatchObject({ text: "one", name: "Sofia", page: { url: "https://shop.example/" } });
  expect(moved).toHaveBeenCalledWith(shown_as, 5);
  expect(desk.state.pending_).toEqual([]);
  expect(desk.state.threads_[5]?.messages.map((it) => it.text)).toEqual(["one", "two"]);
});

test("messages written without a network are kept, in order, and sent once", async () => {
  const desk = await started();
  world.answer = () => null;
  desk.networkLost();
  await settle();
  expect(desk.state.is_offline_).toBe(true);
  const shown_as = desk.send(null, "one", []);
  for (const text of ["two", "three"]) desk.send(shown_as, text, []);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(desk.state.pending_).toHaveLength(3);

  world.answer = healthy;
  world.calls.length = 0;
  desk.wake();
  await settle();
  world.socket.hello();
  await settle();
  expect(desk.state.is_offline_).toBe(false);
  expect(world.posts().map((call) => call.body.text)).toEqual(["one", "two", "three"]);
  expect(new Set(posted.keys()).size).toBe(3);
});

test("an answer that is lost is asked for again with the same client id", async () => {
  const desk = await started();
  let is_lost = true;
  world.answer = (call) => {
    const answer = healthy(call);
    if (call.path !== "conversations" || !is_lost) return answer;
    is_lost = false;
    return null;
  };
  desk.send(null, "once", []);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.posts()).toHaveLength(2);
  expect(new Set(world.posts().map((call) => call.body.client_id)).size).toBe(1);
  expect(desk.state.threads_[5]?.messages).toHaveLength(1);
});

test("a message survives the page", async () => {
  const desk = await started();
  world.answer = () => null;
  desk.send(null, "kept", []);
  await settle();
  const later = await world.desk();
  expect(later.state.pending_.map((item) => item.text)).toEqual(["kept"]);
  world.answer = healthy;
  await later.start();
  await settle();
  expect(later.state.pending_).toEqual([]);
});

test("the echo of a message removes it, whichever comes first, and nothing is doubled", async () => {
  const desk = await started();
  desk.send(null, "hello", []);
  const client_id = desk.state.pending_[0]?.client_id ?? "";
  // The post is under way and will be answered with this same message.
  const own = message(next_id - 1, { client_id, author: { kind: "customer", id: 1, name: null } });
  const echo = { kind: "message.created", conversation: conversation(), message: own };
  world.socket.receive({ v: 1, type: "event", cursor: "c2", payload: echo });
  expect(desk.state.pending_).toEqual([]);
  await settle();
  world.socket.receive({ v: 1, type: "event", cursor: "c2", payload: echo });
  expect(desk.state.threads_[5]?.messages.map((it) => it.client_id)).toEqual([client_id]);
});

test("a refused message is marked and can be sent again", async () => {
  const desk = await started();
  world.answer = (call) =>
    call.path === "conversations" ? { status: 400, body: { code: "invalid_input" } } : healthy(call);
  const shown_as = desk.send(null, "bad", []);
  desk.send(shown_as, "behind it", []);
  await settle();
  expect(desk.state.pending_.map((item) => item.has_failed)).toEqual([true, true]);
  world.answer = healthy;
  desk.retry(desk.state.pending_[0]?.client_id ?? "");
  await settle();
  expect(desk.state.pending_).toEqual([]);
});

test("a busy server is asked again after the time it names", async () => {
  const desk = await started();
  world.answer = (call) =>
    call.path === "conversations" ? { status: 429, body: { code: "rate_limited" }, retry_after: "7" } : healthy(call);
  desk.send(null, "patience", []);
  await settle();
  const before = world.posts().length;
  await vi.advanceTimersByTimeAsync(6_900);
  expect(world.posts()).toHaveLength(before);
  world.answer = healthy;
  await vi.advanceTimersByTimeAsync(200);
  expect(desk.state.pending_).toEqual([]);
});

test("words to a conversation closed for good open a new one under a new client id", async () => {
  const desk = await started();
  world.answer = (call) =>
    call.path === "conversations/9/messages" ? { status: 409, body: { code: "conversation_closed" } } : healthy(call);
  const moved: unknown[] = [];
  desk.hooks.moved_ = (from, to) => moved.push(from, to);
  desk.send(9, "one more thing", []);
  await settle();
  const [first, second] = world.posts();
  expect(second?.path).toBe("conversations");
  expect(second?.body.client_id).not.toBe(first?.body.client_id);
  expect(moved).toEqual([9, second?.body.client_id, second?.body.client_id, 5]);
});

test("after a gap the list and the messages after the last known one are fetched", async () => {
  const desk = await started();
  desk.apply({ items_: [], has_more_: false, conversation_: conversation(), message_: message(40) });
  world.calls.length = 0;
  world.socket.drop();
  await vi.advanceTimersByTimeAsync(1_000);
  world.socket.hello(false);
  await settle();
  expect(world.calls.map((call) => call.path)).toEqual(["conversations", "conversations/5/messages?after=40"]);
});

test("what stands between own words is fetched after a gap", async () => {
  const desk = await started();
  const own = { author: { kind: "customer" as const, id: 1, name: null } };
  for (const it of [message(40), message(45, own)])
    desk.apply({ items_: [], has_more_: false, conversation_: conversation(), message_: it });
  world.calls.length = 0;
  world.answer = (call) =>
    call.path === "conversations/5/messages?after=40"
      ? { status: 200, body: { items: [message(42), message(45, own)], has_more: true, conversation: conversation() } }
      : healthy(call);
  world.socket.drop();
  await vi.advanceTimersByTimeAsync(1_000);
  world.socket.hello(false);
  await settle();
  expect(world.calls.map((call) => call.path).slice(1)).toEqual([
    "conversations/5/messages?after=40",
    "conversations/5/messages?after=45",
  ]);
  expect(desk.state.threads_[5]?.messages.map((it) => it.id)).toEqual([40, 42, 45]);
});

test("events do not tell the unread count: it is counted here, each message once", async () => {
  const desk = await started();
  const event = (id: number, last: number, with_message: boolean) => {
    const {
      unread_count: _,
      counted_up_to: __,
      ...it
    } = conversation({
      updated_at: id,
      last_message: { id: last, author_kind: "agent", text: "", has_attachments: false, created_at: 1 },
    });
    const payload = { conversation: it, ...(with_message ? { message: message(id) } : {}) };
    world.socket.receive({ v: 1, type: "event", cursor: `c${id}`, payload });
  };
  desk.apply({
    items_: [],
    has_more_: false,
    conversation_: conversation({ counted_up_to: 40 }),
    message_: message(40),
  });
  // The assignment that came with the answer is told first and knows the answer already.
  event(40, 41, false);
  event(41, 41, true);
  event(42, 42, true);
  event(42, 42, true);
  expect(desk.state.conversations_[0]?.unread_count).toBe(2);
  expect(desk.state.threads_[5]?.messages.map((it) => it.id)).toEqual([40, 41, 42]);
});

test("what is read in one tab is read in all", async () => {
  const desk = await started();
  desk.apply({
    items_: [],
    has_more_: false,
    conversation_: conversation({ unread_count: 2, counted_up_to: 40 }),
    message_: message(40),
  });
  expect(desk.state.conversations_[0]?.unread_count).toBe(2);
  // The server tells all sockets of a visitor.
  world.socket.receive({ v: 1, type: "read", payload: { conversation_id: 5, message_id: 40, by: "customer" } });
  expect(desk.state.conversations_[0]?.unread_count).toBe(0);
  desk.apply({
    items_: [],
    has_more_: false,
    conversation_: conversation({ unread_count: 1, updated_at: 2, counted_up_to: 41 }),
    message_: message(41),
  });
  desk.setReading(5);
  expect(world.calls.at(-1)).toMatchObject({ path: "conversations/5/read", body: { message_id: 41 } });
});

test("typing ends by itself and with the message", async () => {
  const desk = await started();
  desk.apply({ items_: [], has_more_: false, conversation_: conversation(), message_: null });
  const typing = {
    v: 1,
    type: "typing",
    payload: { conversation_id: 5, author: { kind: "agent", name: "Mei" }, is_typing: true },
  };
  world.socket.receive(typing);
  expect(desk.state.typing_[5]?.[0]).toBe("Mei");
  expect(desk.state.typing_[5]?.[1]).toBeGreaterThan(Date.now());
  await vi.advanceTimersByTimeAsync(6_000);
  expect(desk.state.typing_[5]?.[1]).toBeLessThanOrEqual(Date.now());
  world.socket.receive(typing);
  const said = { conversation: conversation(), message: message(60) };
  world.socket.receive({ v: 1, type: "event", cursor: "c3", payload: said });
  expect(desk.state.typing_).toEqual({});
});

test("logging out forgets everything, also an answer that is still on its way", async () => {
  const desk = await started();
  desk.send(null, "secret", []);
  await settle();
  desk.logout();
  expect([...world.box.values.keys()]).toEqual([]);
  expect(desk.state.conversations_).toEqual([]);
  const late = desk.start();
  desk.logout();
  await late;
  expect(world.box.values.size).toBe(0);
  expect(desk.state.phase_).toBe(IDLE);
});

test("another person never sees the first one's words", async () => {
  const first = await world.desk();
  first.identify({ external_id: "sofia", hmac: "x" });
  await first.start();
  first.send(null, "mine", []);
  await settle();
  first.save();
  const second = await world.desk();
  second.identify({ external_id: "wang", hmac: "y" });
  expect(second.isKnown()).toBe(false);
  expect(second.state.conversations_).toEqual([]);
  await second.start();
  expect(world.calls.filter((call) => call.path === "session").at(-1)?.body).not.toHaveProperty("visitor_token");
});

test("a token nobody knows is replaced", async () => {
  const desk = await started();
  desk.save();
  const again = await world.desk();
  world.answer = (call) => (call.body.visitor_token ? { status: 401, body: {} } : healthy(call));
  await again.start();
  expect(again.state.phase_).toBe(READY);
});

test("a page that may not chat is told so, and asks no more", async () => {
  world.answer = () => ({ status: 403, body: { code: "forbidden" } });
  const desk = await world.desk();
  await desk.start();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(desk.state.phase_).toBe(REFUSED);
  expect(world.calls).toHaveLength(1);
});

test("where sockets are blocked, news come with the reconnect attempts", async () => {
  const desk = await started();
  desk.apply({ items_: [], has_more_: false, conversation_: conversation(), message_: message(40) });
  world.calls.length = 0;
  for (let n = 0; n < 4; n++) {
    world.socket.drop();
    await vi.advanceTimersByTimeAsync(10_000);
  }
  expect(world.calls.map((call) => call.path)).toContain("conversations/5/messages?after=40");
  expect(desk.state.is_offline_).toBe(true);
});

test("a queue that another tab has changed is read again; a log-out there ends the session here", async () => {
  const desk = await started();
  const other = await world.desk();
  other.send(5, "from there", []);
  desk.hear("parley:key:outbox", false);
  expect(desk.state.pending_.map((item) => item.text)).toEqual(["from there"]);
  other.logout();
  desk.hear("parley:key:visitor", true);
  expect(desk.state.phase_).toBe(IDLE);
  expect(desk.state.pending_).toEqual([]);
});

test("a refused identity leaves the visitor anonymous", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  world.answer = (call) => (call.body.identity ? { status: 403, body: {} } : healthy(call));
  const desk = await world.desk();
  desk.identify({ external_id: "sofia", hmac: "wrong" });
  await desk.start();
  expect(desk.state.phase_).toBe(READY);
  expect(warn).toHaveBeenCalledOnce();
});
