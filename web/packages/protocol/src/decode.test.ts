import { describe, expect, it } from "vitest";
import { DecodeError, decode, serverFrame } from "./index";

const ticket = {
  id: 1,
  number: 48213,
  version: 2,
  subject: "Kettle",
  state: "open",
  priority: "normal",
  requester: { id: 5, name: "Sofia" },
  created_at: 1,
  updated_at: 2,
};

describe("decode", () => {
  it("fills in what is optional and drops what it does not know", () => {
    const value = decode.ticket({ ...ticket, surprise: true }, "");
    expect(value.tags).toEqual([]);
    expect(value.assignee_id).toBeNull();
    expect("surprise" in value).toBe(false);
  });

  it("keeps fields of one's own and shows the detail of an audit entry in a line", () => {
    expect(decode.ticket({ ...ticket, custom_fields: { city: "Rome" } }, "").custom_fields).toEqual({ city: "Rome" });
    const entry = { id: 1, at: 2, actor: null, action: "agent.create", target: "3", detail: { role: "agent", n: 1 } };
    expect(decode.auditEntry(entry, "")).toMatchObject({ actor: null, target: "3", detail: "role: agent, n: 1" });
  });

  it("takes an e-mail of a kind it does not know yet, and a message that is none", () => {
    const message = { id: 1, ticket_id: 1, kind: "reply", author: { kind: "customer", id: 5 }, created_at: 1 };
    expect(decode.message(message, "")).toMatchObject({ email: null, delivery: null });
    const email = { direction: "in", from: { name: "", address: "a@b.example" }, kind: "telepathy", trust: "failed" };
    expect(decode.message({ ...message, email }, "").email).toMatchObject({ kind: "human", trust: "failed", to: [] });
  });

  it("takes a delivery of a server that names no single people, and of one that does", () => {
    const message = { id: 1, ticket_id: 1, kind: "reply", author: { kind: "agent", id: 5 }, created_at: 1 };
    const told = (delivery: object) => decode.message({ ...message, delivery }, "").delivery;
    expect(told({ state: "failed" })?.failures).toEqual([]);
    const failures = [{ recipient: 1, status: "5.1.1", error: "550 no" }];
    expect(told({ state: "failed", failures })?.failures).toEqual(failures);
  });

  it("names the path of what is wrong", () => {
    expect(() => decode.ticket({ ...ticket, state: "lost" }, "")).toThrow(/\/state/);
    expect(() => decode.ticketPage({ items: [{ ...ticket, id: "1" }] }, "")).toThrow(/\/items\/0\/id/);
    expect(() => decode.ticket(null, "")).toThrow(DecodeError);
  });

  it("reads a problem document, however poor", () => {
    expect(decode.problem(401, null).code).toBe("unauthenticated");
    expect(decode.problem(500, "oops").code).toBe("internal");
    const errors = [{ path: "/text", code: "too_long", message: "m" }];
    expect(decode.problem(400, { code: "invalid_input", errors }).errors[0]?.path).toBe("/text");
  });

  it("keeps only plain values of a system message", () => {
    const author = { kind: "system", id: null, name: "" };
    const base = { id: 1, ticket_id: 1, kind: "system", author, created_at: 1, code: "state_changed" };
    expect(
      decode.message({ ...base, params: { from: "open", to: "solved", who: [0, 2], deep: {}, deeper: [{}] } }, "")
        .params,
    ).toEqual({
      from: "open",
      to: "solved",
      who: [0, 2],
    });
  });

  it("fills in days off, and what an agent has never chosen", () => {
    const hours = decode.businessHours({ time_zone: "UTC", is_always_open: true, days: {} }, "");
    expect(hours.holidays).toEqual([]);
    const agent = { id: 1, name: "Amara", role: "agent", status: "online" };
    const me = decode.me({ agent, csrf_token: "x", notification_settings: {} }, "");
    expect(me.notification_settings).toEqual({ desktop: false, sound: true });
  });

  it("knows an inbox that answers by e-mail, and one of a server that does not say", () => {
    const inbox = { id: 1, name: "Website", assignment: "offer" };
    expect(decode.inbox(inbox, "").email_inbox_id).toBeNull();
    expect(decode.inbox({ ...inbox, email_inbox_id: 7 }, "").email_inbox_id).toBe(7);
  });

  it("reads business hours and refuses half a range", () => {
    const hours = { time_zone: "UTC", is_always_open: false, days: { mon: [["09:00", "18:00"]] }, holidays: [] };
    expect(decode.businessHours(hours, "").days.mon).toEqual([["09:00", "18:00"]]);
    expect(() => decode.businessHours({ ...hours, days: { mon: [["09:00"]] } }, "")).toThrow(DecodeError);
  });
});

describe("serverFrame", () => {
  it("reads events of tickets by what they carry", () => {
    const frame = serverFrame({
      v: 1,
      type: "event",
      seq: 4,
      cursor: 9,
      payload: { kind: "ticket.offered", at: 1, ticket },
    });
    expect(frame).toMatchObject({ type: "event", cursor: "9", event: { kind: "ticket", name: "ticket.offered" } });
  });

  it("keeps unknown frames and events harmless", () => {
    expect(serverFrame({ type: "later", payload: {} })).toEqual({ type: "unknown", name: "later" });
    expect(serverFrame({ type: "event", payload: { kind: "moon.risen" } }).type).toBe("unknown");
  });

  it("finds the id of a result in the payload or beside it", () => {
    expect(serverFrame({ type: "result", payload: { id: "7", status: 204, body: null } })).toMatchObject({ id: "7" });
    expect(serverFrame({ type: "result", id: "7", payload: { status: 200, body: 1 } })).toMatchObject({ id: "7" });
  });
});
