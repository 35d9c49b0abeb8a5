import { beforeEach, describe, expect, it } from "vitest";
import { ApiError, NetworkError } from "./errors";
import { makeMessage, makeTicket } from "./fixtures";
import { type NewEntry, Outbox, type OutboxEntry } from "./outbox";

const shelf = new Map<string, string>();
let timers: (() => void)[] = [];
let posted: OutboxEntry[] = [];
let answer: (entry: OutboxEntry) => Promise<void>;

const draft: NewEntry = { ticketId: 1, kind: "reply", text: "Hello", attachments: [], seenVersion: 3, nextState: null };
const flush = () => new Promise((resolve) => setTimeout(resolve, 0));

function makeOutbox(): Outbox {
  return new Outbox({
    storage: {
      getItem: (key) => shelf.get(key) ?? null,
      setItem: (key, value) => void shelf.set(key, value),
      removeItem: (key) => void shelf.delete(key),
      keys: () => [...shelf.keys()],
    },
    prefix: "outbox.",
    post: async (entry) => {
      posted.push(entry);
      await answer(entry);
      return { message: makeMessage({ client_id: entry.clientId }), ticket: makeTicket() };
    },
    onSent: () => undefined,
    setTimer: (run) => timers.push(run),
    clearTimer: () => undefined,
    now: () => 1,
  });
}
function problem(status: number, code: string): ApiError {
  const body = code === "reply_guard" ? { changes: [], ticket: makeTicket({ version: 9 }) } : {};
  return new ApiError({ status, code, title: "", detail: "", request_id: "", errors: [], body });
}

beforeEach(() => {
  shelf.clear();
  timers = [];
  posted = [];
  answer = async () => undefined;
});

describe("Outbox", () => {
  it("sends and forgets", async () => {
    const outbox = makeOutbox();
    outbox.add(draft);
    expect(outbox.entries(1)).toHaveLength(1);
    await flush();
    expect(outbox.entries(1)).toHaveLength(0);
    expect(shelf.size).toBe(0);
  });

  it("keeps the client id through failures of the line, a kick and a reload", async () => {
    answer = () => Promise.reject(new NetworkError("offline"));
    const outbox = makeOutbox();
    const { clientId } = outbox.add(draft);
    await flush();
    expect(outbox.entries(1)[0]?.phase).toBe("queued");
    expect(outbox.waitingCount).toBe(1);
    outbox.kick();
    await flush();
    const reloaded = makeOutbox();
    expect(reloaded.entries(1)[0]?.text).toBe("Hello");
    answer = async () => undefined;
    reloaded.kick();
    await flush();
    expect(posted.length).toBeGreaterThanOrEqual(3);
    expect(new Set(posted.map((entry) => entry.clientId))).toEqual(new Set([clientId]));
    expect(shelf.size).toBe(0);
  });

  it("keeps the order within a ticket and does not hold up another", async () => {
    let free: (() => void) | undefined;
    answer = (entry) =>
      entry.text === "one"
        ? new Promise((resolve) => {
            free = resolve;
          })
        : Promise.resolve();
    const outbox = makeOutbox();
    outbox.add({ ...draft, text: "one" });
    outbox.add({ ...draft, text: "two" });
    outbox.add({ ...draft, ticketId: 2, text: "other" });
    await flush();
    expect(posted.map((entry) => entry.text)).toEqual(["one", "other"]);
    free?.();
    await flush();
    expect(posted.map((entry) => entry.text)).toEqual(["one", "other", "two"]);
  });

  it("shows a clear no and sends again under a new id only when asked", async () => {
    answer = () => Promise.reject(problem(403, "forbidden"));
    const outbox = makeOutbox();
    const { clientId } = outbox.add(draft);
    await flush();
    expect(outbox.entries(1)[0]).toMatchObject({ phase: "failed", errorCode: "forbidden" });
    outbox.kick();
    await flush();
    expect(posted).toHaveLength(1);
    answer = async () => undefined;
    outbox.retry(clientId);
    await flush();
    expect(posted[1]?.clientId).not.toBe(clientId);
    expect(outbox.entries(1)).toHaveLength(0);
  });

  it("holds a guarded reply for a decision and forces it when told", async () => {
    answer = () => Promise.reject(problem(409, "reply_guard"));
    const outbox = makeOutbox();
    const { clientId } = outbox.add(draft);
    await flush();
    expect(outbox.entries(1)[0]).toMatchObject({ phase: "guarded" });
    expect(outbox.entries(1)[0]?.guard?.ticket.version).toBe(9);
    answer = async () => undefined;
    outbox.retry(clientId, true);
    await flush();
    expect(posted[1]?.isForced).toBe(true);
  });

  it("is confirmed by the stream when the answer is lost", async () => {
    answer = () => Promise.reject(new NetworkError("lost"));
    const outbox = makeOutbox();
    const { clientId } = outbox.add(draft);
    await flush();
    outbox.confirm(clientId);
    expect(outbox.entries(1)).toHaveLength(0);
    expect(shelf.size).toBe(0);
  });

  it("throws away what its storage cannot explain", () => {
    shelf.set("outbox.x", "{broken");
    expect(makeOutbox().entries(1)).toHaveLength(0);
    expect(shelf.size).toBe(0);
  });
});
