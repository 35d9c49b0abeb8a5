// @vitest-environment happy-dom
import type { Customer, Inbox, Message, Ticket } from "@parley/protocol";
import { decode } from "@parley/protocol";
import { act, createElement, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { desk } from "../../app/desk";
import { isMailDraft } from "./mail-draft";
import { useReplyChannel } from "./useReplyChannel";

type Route = ReturnType<typeof useReplyChannel> & { text: string; write: (text: string) => void };
let route: Route;

function Probe(): null {
  const [text, setText] = useState("");
  route = { ...useReplyChannel(1, { text, setText }), text, write: setText };
  return null;
}
let root: Root;
function show(): void {
  root = createRoot(document.createElement("div"));
  act(() => root.render(createElement(Probe)));
}
function hear(id: number, channel: string): void {
  const author = { kind: "customer", id: 5 };
  const email = channel === "email" ? { direction: "in", from: {}, kind: "human", trust: "unknown" } : null;
  const message: Message = decode.message(
    { id, ticket_id: 1, kind: "reply", author, channel, email, created_at: id },
    "",
  );
  act(() => {
    desk.store.dispatch({ type: "message", message });
    desk.store.flush();
  });
}
function openChat(emailInboxId: number | null): void {
  const times = { created_at: 1, updated_at: 1 };
  const requester = { id: 5 };
  const ticket: Ticket = decode.ticket(
    { id: 1, number: 1, version: 1, state: "open", priority: "normal", inbox_id: 3, requester, ...times },
    "",
  );
  const inbox: Inbox = decode.inbox({ id: 3, name: "Website", assignment: "offer", email_inbox_id: emailInboxId }, "");
  const identities = [{ id: 1, kind: "email", value: "sofia@a.example", is_verified: false }];
  const customer: Customer = decode.customer({ id: 5, identities }, "");
  desk.store.dispatch(
    { type: "tickets", items: [ticket] },
    { type: "inboxes", items: [inbox] },
    { type: "customer", customer },
    { type: "log", ticketId: 1, page: { items: [], has_more: false }, part: "newest" },
  );
  desk.store.flush();
}

beforeAll(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));
beforeEach(() => desk.store.reset(1));
afterEach(() => act(() => root.unmount()));

describe("the channel of a reply", () => {
  it("follows the customer until the agent chooses, and again when the customer writes", () => {
    openChat(9);
    show();
    expect([route.channels, route.channel]).toEqual([["chat", "email"], "chat"]);
    hear(1, "email");
    expect(route.channel).toBe("email");
    act(() => route.choose("chat"));
    expect(route.channel).toBe("chat");
    hear(2, "email");
    expect(route.channel).toBe("email");
  });

  it("takes what has been written along, there and back", () => {
    openChat(9);
    show();
    act(() => route.write("Hello"));
    act(() => route.choose("email"));
    expect(isMailDraft(route.text)).toBe(true);
    hear(1, "chat");
    expect(route.channel).toBe("email");
    act(() => route.choose("chat"));
    expect(route.text).toBe("Hello");
  });

  it("is no choice where the inbox answers in the chat alone", () => {
    openChat(null);
    show();
    hear(1, "email");
    expect([route.channels, route.channel]).toEqual([["chat"], "chat"]);
  });
});
