import type { Message, Ticket } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import { makeMessage, makeTicket } from "./fixtures";
import { type ListSpec, listKey } from "./lists";
import { type Input, type PushFrame, reduce, TYPING_TTL_MS } from "./reducer";
import { type DeskState, emptyState } from "./state";

const mine: ListSpec = { view: "mine", teamId: null, q: "", sort: "updated" };
const ME = 7;

function run(state: DeskState, ...inputs: Input[]): DeskState {
  return reduce(state, inputs).state;
}
function listed(items: Ticket[], spec = mine, next: string | null = null): Input {
  return { type: "list", spec, isFirst: true, page: { items, next_cursor: next, reads: {}, socket_cursor: "c0" } };
}
function event(ticket: Ticket, message = makeMessage()): Input {
  const frame: PushFrame = {
    type: "event",
    seq: 1,
    cursor: "c1",
    event: { kind: "ticket", name: "message.created", at: 0, actor: null, ticket, message, changes: [], reason: null },
  };
  return { type: "frame", frame, now: 0 };
}
const ids = (state: DeskState, spec = mine) => state.lists.get(listKey(spec))?.ids;

describe("reduce", () => {
  it("never changes the state it was given, and keeps it when nothing happened", () => {
    const before = emptyState(ME);
    const after = run(before, { type: "tickets", items: [makeTicket()] });
    expect(before.tickets.size).toBe(0);
    expect(after.tickets.size).toBe(1);
    expect(reduce(after, []).state).toBe(after);
  });

  it("follows the delivery of a message, and no report that comes late", () => {
    const told = (state: "pending" | "sent", at: number) =>
      makeMessage({ delivery: { state, due_at: 0, attempts: 0, status: "", error: "", at, failures: [] } });
    const page = { items: [told("pending", 10)], has_more: false };
    const open = run(emptyState(ME), { type: "log", ticketId: 1, page, part: "newest" });
    const delivery = (state: DeskState) => state.logs.get(1)?.items[0]?.delivery?.state;
    const sent = run(open, event(makeTicket(), told("sent", 20)));
    expect(delivery(sent)).toBe("sent");
    expect(sent.logs.get(1)?.items).toHaveLength(1);
    expect(delivery(run(sent, event(makeTicket(), told("pending", 10))))).toBe("sent");
    expect(run(sent, event(makeTicket(), told("sent", 20))).logs).toBe(sent.logs);
  });

  it("takes a mail that was read again, also where only its body is another", () => {
    const email = { direction: "in", subject: "Kettle" } as Message["email"];
    const mail = (text: string) => makeMessage({ text, email: email && { ...email } });
    const page = { items: [mail("old")], has_more: false };
    const open = run(emptyState(ME), { type: "log", ticketId: 1, page, part: "newest" });
    const told = (message: Message, name: string) => {
      const input = event(makeTicket(), message);
      if (input.type === "frame" && input.frame.type === "event" && input.frame.event.kind === "ticket")
        input.frame.event.name = name;
      return run(open, input);
    };
    expect(told(mail("old"), "message.created").logs).toBe(open.logs);
    expect(told(mail("new"), "message.updated").logs.get(1)?.items[0]?.text).toBe("new");
    const same = told(mail("old"), "message.updated").logs.get(1)?.items;
    expect(same).toHaveLength(1);
    expect(same?.[0]?.email).not.toBe(open.logs.get(1)?.items[0]?.email);
  });

  it("drops an older version and takes a newer one", () => {
    const state = run(emptyState(ME), { type: "tickets", items: [makeTicket({ version: 5, subject: "new" })] });
    expect(run(state, event(makeTicket({ version: 4, subject: "old" }))).tickets.get(1)?.subject).toBe("new");
    expect(run(state, event(makeTicket({ version: 6, subject: "newer" }))).tickets.get(1)?.subject).toBe("newer");
  });

  it("lets the server's word replace a guess of the same version", () => {
    const base = makeTicket({ version: 3 });
    const guessed = run(emptyState(ME), { type: "optimistic", ticket: { ...base, state: "solved" } });
    expect(run(guessed, { type: "tickets", items: [base] }).tickets.get(1)?.state).toBe("open");
  });

  it("keeps lists in order and moves tickets in and out of them", () => {
    const a = makeTicket({ id: 1, assignee_id: ME, updated_at: 10 });
    const b = makeTicket({ id: 2, assignee_id: ME, updated_at: 20 });
    let state = run(emptyState(ME), listed([b, a]));
    expect(ids(state)).toEqual([2, 1]);
    state = run(state, event({ ...a, version: 2, updated_at: 30 }));
    expect(ids(state)).toEqual([1, 2]);
    state = run(state, event(makeTicket({ id: 3, assignee_id: ME, updated_at: 40 })));
    expect(ids(state)).toEqual([3, 1, 2]);
    state = run(state, event({ ...b, version: 2, state: "solved" }));
    expect(ids(state)).toEqual([3, 1]);
    state = run(state, event(makeTicket({ id: 3, version: 2, assignee_id: 8, updated_at: 40 })));
    expect(ids(state)).toEqual([1]);
  });

  it("does not pull a ticket into a list whose later pages are not loaded", () => {
    const a = makeTicket({ id: 1, assignee_id: ME, updated_at: 100 });
    const state = run(emptyState(ME), listed([a], mine, "next"));
    expect(ids(run(state, event(makeTicket({ id: 2, assignee_id: ME, updated_at: 50 }))))).toEqual([1]);
    expect(ids(run(state, event(makeTicket({ id: 2, assignee_id: ME, updated_at: 150 }))))).toEqual([2, 1]);
  });

  it("removes what is gone everywhere", () => {
    const a = makeTicket({ assignee_id: ME });
    const state = run(emptyState(ME), listed([a]));
    const frame: PushFrame = { type: "event", seq: 2, cursor: "c2", event: { kind: "ticket.gone", ticket_id: 1 } };
    const after = run(state, { type: "frame", frame, now: 0 });
    expect(after.tickets.has(1)).toBe(false);
    expect(ids(after)).toEqual([]);
  });

  it("adds a message once, in id order, and only to a loaded log", () => {
    expect(run(emptyState(ME), event(makeTicket(), makeMessage({ id: 9 }))).logs.size).toBe(0);
    const page = { items: [makeMessage({ id: 2 }), makeMessage({ id: 4 })], has_more: false };
    let state = run(emptyState(ME), { type: "log", ticketId: 1, page, part: "newest" });
    state = run(state, event(makeTicket(), makeMessage({ id: 3 })), event(makeTicket(), makeMessage({ id: 3 })));
    state = run(state, event(makeTicket(), makeMessage({ id: 5 })));
    expect(state.logs.get(1)?.items.map((message) => message.id)).toEqual([2, 3, 4, 5]);
  });

  it("keeps knowing that older messages exist when newer ones are fetched", () => {
    const newest = { items: [makeMessage({ id: 40 })], has_more: true };
    const newer = { items: [makeMessage({ id: 41 })], has_more: false };
    const older = { items: [makeMessage({ id: 1 })], has_more: false };
    let state = run(emptyState(ME), { type: "log", ticketId: 1, page: newest, part: "newest" });
    state = run(state, { type: "log", ticketId: 1, page: newer, part: "newer" });
    expect(state.logs.get(1)?.hasOlder).toBe(true);
    state = run(state, { type: "log", ticketId: 1, page: older, part: "older" });
    expect(state.logs.get(1)?.hasOlder).toBe(false);
  });

  it("only raises receipts; reading implies delivery", () => {
    const read: PushFrame = {
      type: "read",
      ticket_id: 1,
      message_id: 8,
      by: "customer",
      agent_id: null,
      read_count: null,
    };
    const late: PushFrame = { type: "delivered", ticket_id: 1, message_id: 5, by: "customer" };
    const state = run(emptyState(ME), { type: "frame", frame: read, now: 0 }, { type: "frame", frame: late, now: 0 });
    expect(state.receipts.get(1)).toEqual({ read: 8, delivered: 8 });
  });

  it("forgets typing after its time, and when the message comes", () => {
    const author = { kind: "customer" as const, id: 50, name: "Sofia" };
    const typing: Input = {
      type: "frame",
      frame: { type: "typing", ticket_id: 1, author, is_typing: true },
      now: 1000,
    };
    const state = run(emptyState(ME), typing);
    expect(state.typing.get(1)?.name).toBe("Sofia");
    expect(run(state, { type: "typing_expired", now: 1000 + TYPING_TTL_MS }).typing.size).toBe(0);
    expect(run(state, event(makeTicket())).typing.size).toBe(0);
  });

  it("names the topics it touched", () => {
    const { touched } = reduce(emptyState(ME), [listed([makeTicket({ assignee_id: ME })])]);
    expect([...touched].sort()).toEqual(["list:mine||updated|", "ticket:1", "tickets"]);
  });
});
