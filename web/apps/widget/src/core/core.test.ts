import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { decodeFrame, decodeInbox, decodeMessage, decodePage } from "./decode";
import { conversation, inbox, message, World } from "./fakes";
import { deliveryOf, mergeConversation, mergeMessages, pendingFor } from "./thread";
import type { Pending } from "./wire";

let world: World;
const pending: Pending = { client_id: "a", to: 5, text: "", attachments: [], who: {}, at: 0, has_failed: false };

beforeEach(() => {
  vi.resetModules();
  world = new World();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("client ids have the form of the contract, also without a secure context", async () => {
  const { newId } = await import("./basics");
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  expect(newId()).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  expect(newId()).not.toBe(newId());
  Object.defineProperty(crypto, "randomUUID", { value: randomUUID, configurable: true });
});

test("a storage that throws is replaced by memory", async () => {
  const { read, write } = await import("./vault");
  world.box.is_full = true;
  write("a", { x: 1 });
  expect(read("a")).toEqual({ x: 1 });
  write("a");
  expect(read("a")).toBeUndefined();
});

test("two tabs work on one queue", async () => {
  const one = await import("./outbox");
  vi.resetModules();
  const two = await import("./outbox");
  one.put([...one.items(), pending]);
  two.put([...two.items(), { ...pending, client_id: "b" }]);
  one.drop("a");
  expect(two.items().map((it) => it.client_id)).toEqual(["b"]);
});

test("a strange storage is an empty one", async () => {
  world.box.values.set("parley:key:outbox", '{"no":"list"}');
  world.box.values.set("parley:key:visitor", "[[[");
  const { items } = await import("./outbox");
  const { readVisit } = await import("./cache");
  expect(items()).toEqual([]);
  expect(readVisit().token).toBeUndefined();
});

test("only the last hundred messages stay on the device", async () => {
  const { readVisit, writeVisit } = await import("./cache");
  const messages = Array.from({ length: 150 }, (_, index) => message(index + 1));
  writeVisit({ ...readVisit(), token: "t", thread_id: 5, thread: { messages, has_more: false } });
  const { thread } = readVisit();
  expect(thread?.messages).toHaveLength(100);
  expect(thread?.messages[0]?.id).toBe(51);
  expect(thread?.has_more).toBe(true);
});

test("messages are in order of id and never twice; notes are never shown", () => {
  const merged = mergeMessages([message(3)], [message(1), message(3), message(2, { kind: "note" })]);
  expect(merged.map((it) => it.id)).toEqual([1, 3]);
});

test("an older state does not replace a newer one, and marks only move forward", () => {
  const known = [conversation({ updated_at: 10, state: "closed", agent_read_message_id: 8 })];
  const [merged] = mergeConversation(known, conversation({ updated_at: 9, agent_read_message_id: 9 }));
  expect(merged).toMatchObject({ state: "closed", agent_read_message_id: 9 });
});

test("ticks", () => {
  const it = conversation({ agent_read_message_id: 2, agent_delivered_message_id: 4 });
  expect([1, 2, 3, 4, 5].map((id) => deliveryOf(message(id), it))).toEqual([
    "read",
    "read",
    "delivered",
    "delivered",
    "sent",
  ]);
});

test("a pending message whose echo has come is not shown a second time", () => {
  expect(pendingFor([pending], 5, [message(1, { client_id: "a" })])).toEqual([]);
  expect(pendingFor([pending], 6, [])).toEqual([]);
  expect(pendingFor([pending], 5, [])).toEqual([pending]);
});

test("payloads without what a view needs are left out", () => {
  expect(decodeMessage({ ...message(1), author: null })).toBeNull();
  expect(decodeInbox({ ...inbox(), prechat: null })).toBeNull();
  expect(decodePage({ conversation: { id: "x" }, items: [message(1), 7, null] })).toMatchObject({
    items_: [{ id: 1 }],
    conversation_: null,
    has_more_: false,
  });
  expect(decodePage({ conversation: conversation() }).conversation_?.id).toBe(5);
  expect(decodeFrame("{nonsense")).toBeNull();
  expect(decodeFrame('{"type":"pong"}')).toEqual({ type: "pong", payload: {} });
});
