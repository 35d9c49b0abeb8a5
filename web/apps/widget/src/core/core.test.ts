import { expect, test } from "vitest";
import { newId } from "./basics";
import { readVisit, writeVisit } from "./cache";
import { decodeFrame, decodeMessage, decodeSession } from "./decode";
import { conversation, FakeBox, message, session } from "./fakes";
import { Outbox } from "./outbox";
import { deliveryOf, mergeConversation, mergeMessages, pendingFor } from "./thread";
import { type Box, Vault } from "./vault";

test("client ids have the form of the contract, also without a secure context", () => {
  const { randomUUID } = crypto;
  expect(newId()).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  expect(newId()).toMatch(/^[0-9a-f]{32}$/);
  Object.defineProperty(crypto, "randomUUID", { value: randomUUID, configurable: true });
});

test("a storage that throws is replaced by memory", () => {
  const broken: Box = {
    getItem: () => null,
    setItem: () => {
      throw new Error("quota");
    },
    removeItem: () => undefined,
  };
  const vault = new Vault("p:", broken);
  vault.write("a", { x: 1 });
  expect(vault.read("a")).toEqual({ x: 1 });
  vault.erase("a");
  expect(vault.read("a")).toBeNull();
});

test("two tabs work on one queue", () => {
  const box = new FakeBox();
  const [one, two] = [new Outbox(new Vault("p:", box)), new Outbox(new Vault("p:", box))];
  const item = { to: 1, text: "", attachments: [], who: {}, at: 0, has_failed: false };
  one.add({ ...item, client_id: "a" });
  two.add({ ...item, client_id: "b" });
  one.drop("a");
  expect(two.items().map((it) => it.client_id)).toEqual(["b"]);
});

test("a strange storage is an empty one", () => {
  const box = new FakeBox();
  box.setItem("p:outbox", '{"no":"list"}');
  box.setItem("p:visitor", "[[[");
  const vault = new Vault("p:", box);
  expect(new Outbox(vault).items()).toEqual([]);
  expect(readVisit(vault).token).toBeNull();
});

test("only the last hundred messages stay on the device", () => {
  const vault = new Vault("p:", new FakeBox());
  const messages = Array.from({ length: 150 }, (_, index) => message(index + 1));
  writeVisit(vault, { ...readVisit(vault), token: "t", thread_id: 5, thread: { messages, has_more: false } });
  const { thread } = readVisit(vault);
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
  const item = { client_id: "a", to: 5, text: "", attachments: [], who: {}, at: 0, has_failed: false };
  expect(pendingFor([item], 5, [message(1, { client_id: "a" })])).toEqual([]);
  expect(pendingFor([item], 6, [])).toEqual([]);
  expect(pendingFor([item], 5, [])).toEqual([item]);
});

test("payloads without what a view needs are left out", () => {
  expect(decodeMessage({ ...message(1), author: null })).toBeNull();
  expect(decodeSession({ ...session(), inbox: {} })).toBeNull();
  expect(decodeSession({ ...session(), conversations: [conversation(), { id: "x" }] })?.conversations).toHaveLength(1);
  expect(decodeFrame("{nonsense")).toBeNull();
  expect(decodeFrame('{"type":"pong"}')).toEqual({ type: "pong", payload: {}, cursor: null });
});
