import type { OutboxEntry } from "@parley/client";
import type { Message } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import { deliveryOf } from "./delivery";
import { buildStream, keepBlocks } from "./stream";

const me = { kind: "agent" as const, id: 7, name: "Mei" };
const sofia = { kind: "customer" as const, id: 50, name: "Sofia" };
const noon = new Date(2026, 10, 20, 12, 0).getTime();
const minute = 60_000;

function message(id: number, patch: Partial<Message> = {}): Message {
  return {
    id,
    ticket_id: 1,
    client_id: null,
    kind: "reply",
    author: sofia,
    channel: "chat",
    text: `m${id}`,
    code: null,
    params: {},
    attachments: [],
    created_at: noon + id * minute,
    email: null,
    delivery: null,
    ...patch,
  };
}
function entry(patch: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    clientId: "c1",
    ticketId: 1,
    kind: "reply",
    channel: null,
    text: "waiting",
    mail: null,
    attachments: [],
    seenVersion: 1,
    isForced: false,
    nextState: null,
    undoneTo: null,
    createdAt: noon + 60 * minute,
    phase: "sending",
    errorCode: null,
    errorPath: null,
    guard: null,
    ...patch,
  };
}
const types = (messages: Message[], outbox: OutboxEntry[] = [], newsAfterId: number | null = null) =>
  buildStream({ messages, outbox, me, newsAfterId }).map((block) => block.type);

describe("buildStream", () => {
  it("groups a run of one speaker and breaks it after a pause", () => {
    const blocks = buildStream({ messages: [message(1), message(2), message(20)], outbox: [], me, newsAfterId: null });
    expect(blocks.map((block) => block.type)).toEqual(["day", "run", "run"]);
    expect(blocks[1]?.type === "run" && blocks[1].bubbles.length).toBe(2);
  });

  it("marks each day once", () => {
    expect(types([message(1), message(2, { created_at: noon + 26 * 60 * minute })])).toEqual([
      "day",
      "run",
      "day",
      "run",
    ]);
  });

  it("merges system lines and keeps notes apart", () => {
    const system = { kind: "system" as const, code: "assigned" };
    const note = { kind: "note" as const, author: me };
    expect(types([message(1, system), message(2, system), message(3, note), message(4)])).toEqual([
      "day",
      "events",
      "note",
      "run",
    ]);
  });

  it("gives each e-mail a sheet of its own, also one that waits, and draws it again when its delivery changes", () => {
    const fields = {
      to: null,
      cc: null,
      bcc: null,
      subject: null,
      quotes_history: null,
      has_signature: null,
      send_at: null,
      stops_on_reply: null,
    };
    const mail = { html: "<div>x</div>", inlineIds: [], fields };
    expect(types([message(1)], [entry({ mail }), entry({ clientId: "c2", mail })])).toEqual([
      "day",
      "run",
      "mail",
      "mail",
    ]);
    const delivery = { state: "pending" as const, due_at: 5, attempts: 0, status: "", error: "", at: 1, failures: [] };
    const email = { direction: "out", kind: "human", trust: "unknown" } as Message["email"];
    const build = (one: Message) => buildStream({ messages: [one], outbox: [], me, newsAfterId: null });
    const old = build(message(2, { email, delivery }));
    expect(old[1]?.type).toBe("mail");
    const fresh = keepBlocks(old, build(message(2, { email, delivery: { ...delivery, state: "sent" } })));
    expect(fresh[1]).not.toBe(old[1]);
  });

  it("draws each message of a chat by its own channel, and no run reaches across an e-mail", () => {
    const email = { direction: "in", kind: "human", trust: "unknown" } as Message["email"];
    const thread = [message(1), message(2, { channel: "email", email }), message(3)];
    expect(types(thread)).toEqual(["day", "run", "mail", "run"]);
  });

  it("cuts a monologue, and what was cut off stays as it is when more comes", () => {
    const input = { outbox: [], me, newsAfterId: null };
    const messages = Array.from({ length: 30 }, (_, index) => message(index + 1, { created_at: 1000 * index }));
    const old = buildStream({ ...input, messages: messages.slice(0, 29) });
    const sizes = old.map((block) => (block.type === "run" ? block.bubbles.length : 0));
    expect(sizes).toEqual([0, 12, 12, 5]);
    const fresh = keepBlocks(old, buildStream({ ...input, messages }));
    expect(fresh.map((block, index) => block === old[index])).toEqual([true, true, true, false]);
  });

  it("draws the divider before the first foreign message since the writing began, and never before mine", () => {
    const mine = { author: me };
    expect(types([message(1), message(2, mine), message(3)], [], 1)).toEqual(["day", "run", "run", "news", "run"]);
    expect(types([message(1), message(2, mine)], [], 1)).toEqual(["day", "run", "run"]);
  });

  it("shows what waits once: a stored message replaces its outbox entry", () => {
    expect(types([message(1)], [entry()])).toEqual(["day", "run", "run"]);
    expect(types([message(1), message(2, { author: me, client_id: "c1" })], [entry()])).toEqual(["day", "run", "run"]);
  });

  it("shows everything behind a guarded reply as held, in its order", () => {
    const outbox = [entry({ phase: "guarded" }), entry({ clientId: "c2", text: "second", phase: "queued" })];
    const run = buildStream({ messages: [message(1)], outbox, me, newsAfterId: null }).at(-1);
    const bubbles = run?.type === "run" ? run.bubbles : [];
    expect(bubbles.map((bubble) => bubble.text)).toEqual(["waiting", "second"]);
    expect(bubbles.map((bubble) => deliveryOf(bubble, { read: 0, delivered: 0 }))).toEqual(["held", "held"]);
  });

  it("keeps the objects of what did not change", () => {
    const input = { outbox: [], me, newsAfterId: null };
    const messages = [message(1), message(2, { author: me }), message(30)];
    const old = buildStream({ ...input, messages });
    const fresh = keepBlocks(old, buildStream({ ...input, messages: [...messages, message(31)] }));
    expect(fresh.map((block, index) => block === old[index])).toEqual([true, true, true, false]);
    const last = fresh.at(-1);
    expect(last?.type === "run" && last.bubbles.map((bubble) => bubble.id)).toEqual([30, 31]);
  });

  it("says how far a message got", () => {
    const [, run] = buildStream({ messages: [message(5)], outbox: [entry()], me, newsAfterId: null });
    const bubble = run?.type === "run" ? run.bubbles[0] : undefined;
    if (!bubble) throw new Error("no bubble");
    expect(deliveryOf(bubble, { read: 0, delivered: 0 })).toBe("sent");
    expect(deliveryOf(bubble, { read: 0, delivered: 5 })).toBe("delivered");
    expect(deliveryOf(bubble, { read: 6, delivered: 6 })).toBe("read");
    expect(deliveryOf({ ...bubble, entry: entry({ phase: "failed" }) }, { read: 9, delivered: 9 })).toBe("failed");
  });
});
