import { beforeEach, describe, expect, it } from "vitest";
import { ApiError, NetworkError } from "./errors";
import { makeMessage, makeTicket } from "./fixtures";
import { type NewEntry, Outbox, type OutboxEntry } from "./outbox";
import { emailParts } from "./posting";

let shelf = new Map<string, string>();
let time = 1;
let timers: (() => void)[] = [];
let posted: OutboxEntry[] = [];
let answer: (entry: OutboxEntry) => Promise<void>;
let sent: OutboxEntry[] = [];

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
    onSent: (_, entry) => sent.push(entry),
    setTimer: (run) => timers.push(run),
    clearTimer: () => undefined,
    now: () => time,
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
  sent = [];
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

  it("keeps all of an e-mail over a reload", async () => {
    answer = () => Promise.reject(new NetworkError("offline"));
    const fields = {
      to: ["a@b.example"],
      cc: null,
      bcc: null,
      subject: "x",
      quotes_history: false,
      has_signature: null,
      send_at: 5,
      stops_on_reply: true,
    };
    const mail = { html: "<div>Hi</div>", inlineIds: [7], fields };
    makeOutbox().add({ ...draft, mail });
    await flush();
    answer = async () => undefined;
    makeOutbox().kick();
    await flush();
    expect(posted.at(-1)?.mail).toEqual(mail);
    expect(emailParts(mail)).toEqual({
      html: "<div>Hi</div>",
      email: { to: ["a@b.example"], subject: "x", quotes_history: false, send_at: 5, stops_on_reply: true },
    });
    const now = { ...mail, fields: { ...fields, send_at: null } };
    expect(emailParts(now).email).not.toHaveProperty("stops_on_reply");
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

  it("keeps which field was refused, and why", async () => {
    const field = { path: "/email/to/0", code: "forbidden_recipient", message: "" };
    const { problem: refusal } = problem(422, "invalid_input");
    answer = () => Promise.reject(new ApiError({ ...refusal, errors: [field] }));
    const outbox = makeOutbox();
    outbox.add(draft);
    await flush();
    const kept = { errorCode: "forbidden_recipient", errorPath: "/email/to/0" };
    expect(outbox.entries(1)[0]).toMatchObject({ phase: "failed", ...kept });
    expect(makeOutbox().entries(1)[0]).toMatchObject(kept);
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

  it("holds a guarded reply and all later ones for one decision, then sends them in their order", async () => {
    answer = (entry) => (entry.isForced ? Promise.resolve() : Promise.reject(problem(409, "reply_guard")));
    const outbox = makeOutbox();
    for (const text of ["one", "two", "three"]) outbox.add({ ...draft, text });
    outbox.add({ ...draft, ticketId: 2, text: "other" });
    await flush();
    outbox.kick();
    await flush();
    expect(posted.map((entry) => entry.text)).toEqual(["one", "other"]);
    expect(outbox.held(1).map((entry) => entry.text)).toEqual(["one", "two", "three"]);
    expect(outbox.held(1)[0]?.guard?.ticket.version).toBe(9);
    expect(outbox.waitingCount).toBe(0);
    outbox.release(1);
    await flush();
    expect(posted.slice(2).map((entry) => [entry.text, entry.isForced])).toEqual([
      ["one", true],
      ["two", true],
      ["three", true],
    ]);
    expect(outbox.entries(1)).toHaveLength(0);
    expect(outbox.held(2)).toHaveLength(1);
  });

  it("keeps the client ids of held replies, and the decision over a loss of the line and a reload", async () => {
    answer = () => Promise.reject(problem(409, "reply_guard"));
    const outbox = makeOutbox();
    const ids = ["one", "two"].map((text) => outbox.add({ ...draft, text }).clientId);
    await flush();
    answer = () => Promise.reject(new NetworkError("offline"));
    outbox.release(1);
    await flush();
    expect(outbox.held(1)).toHaveLength(0);
    answer = (entry) => (entry.isForced ? Promise.resolve() : Promise.reject(problem(409, "reply_guard")));
    posted = [];
    makeOutbox().kick();
    await flush();
    expect(posted.map((entry) => entry.clientId)).toEqual(ids);
    expect(shelf.size).toBe(0);
  });

  it("lets a held reply be reworded in its place or thrown away", async () => {
    answer = (entry) => (entry.isForced ? Promise.resolve() : Promise.reject(problem(409, "reply_guard")));
    const outbox = makeOutbox();
    const [one, two] = ["one", "two", "three"].map((text) => outbox.add({ ...draft, text }).clientId);
    await flush();
    outbox.edit(two ?? "", "second");
    outbox.discard(one ?? "");
    await flush();
    expect(outbox.held(1).map((entry) => entry.text)).toEqual(["second", "three"]);
    outbox.release(1);
    await flush();
    expect(posted.slice(-2).map((entry) => entry.text)).toEqual(["second", "three"]);
  });

  it("does not let later messages pass one that failed", async () => {
    answer = (entry) => (entry.text === "one" ? Promise.reject(problem(403, "forbidden")) : Promise.resolve());
    const outbox = makeOutbox();
    const { clientId } = outbox.add({ ...draft, text: "one" });
    outbox.add({ ...draft, text: "two" });
    await flush();
    outbox.kick();
    await flush();
    expect(posted.map((entry) => entry.text)).toEqual(["one"]);
    outbox.discard(clientId);
    await flush();
    expect(posted.map((entry) => entry.text)).toEqual(["one", "two"]);
  });

  it("keeps the order over a reload when the clock was set back", async () => {
    answer = () => Promise.reject(new NetworkError("offline"));
    time = 1000;
    const outbox = makeOutbox();
    outbox.add({ ...draft, text: "one" });
    time = 400;
    outbox.add({ ...draft, text: "two" });
    outbox.add({ ...draft, text: "three" });
    shelf = new Map([...shelf].reverse());
    expect(
      makeOutbox()
        .entries(1)
        .map((entry) => entry.text),
    ).toEqual(["one", "two", "three"]);
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

  describe("when the closing that goes with a reply is taken back", () => {
    const closing: NewEntry = { ...draft, nextState: "solved" };

    it("sends a waiting one without it, also after a reload", async () => {
      answer = () => Promise.reject(new NetworkError("offline"));
      const { clientId } = makeOutbox().add(closing);
      await flush();
      answer = async () => undefined;
      const outbox = makeOutbox();
      expect(outbox.undoState(clientId, "pending")).toBe(true);
      const again = makeOutbox();
      again.kick();
      await flush();
      expect(posted.map((entry) => entry.nextState)).toEqual(["solved", null]);
      // The first attempt may have reached the server; the answer tells, and this what to do then.
      expect(sent.map((entry) => entry.undoneTo)).toEqual(["pending"]);
      expect(again.entries(1)).toHaveLength(0);
    });

    it("remembers it for one that is on its way, whatever the stream says first", async () => {
      let arrive = (): void => undefined;
      answer = () => new Promise((resolve) => (arrive = resolve));
      const outbox = makeOutbox();
      const { clientId } = outbox.add(closing);
      outbox.undoState(clientId, "open");
      outbox.confirm(clientId);
      expect(sent).toHaveLength(0);
      arrive();
      await flush();
      expect(sent.map((entry) => entry.undoneTo)).toEqual(["open"]);
      expect(outbox.entries(1)).toHaveLength(0);
      expect(shelf.size).toBe(0);
    });

    it("says so when the reply is stored already", async () => {
      const outbox = makeOutbox();
      const { clientId } = outbox.add(closing);
      await flush();
      expect(outbox.undoState(clientId, "open")).toBe(false);
    });
  });
});
