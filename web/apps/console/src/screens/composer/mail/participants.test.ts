import type { MessageEmail } from "@parley/protocol";
import { describe, expect, it, vi } from "vitest";
import { participantsOf } from "./participants";
import { isRefused, refusedIn, rememberRefused } from "./refused";

vi.mock("../../../app/desk", () => ({ desk: {} }));

const person = (address: string) => ({ name: "", address });

describe("who is in a conversation", () => {
  it("is whoever wrote or was written to, and the customer by all his addresses", () => {
    const mail = {
      from: person("Sofia@a.example"),
      to: [person("support@shop.example")],
      cc: [person("paolo@a.example")],
      bcc: [],
    } as unknown as MessageEmail;
    const identity = { id: 1, value: "sofia@home.example", is_verified: true };
    const customer = {
      identities: [
        { ...identity, kind: "email" as const },
        { ...identity, kind: "phone" as const, value: "+49" },
      ],
    };
    const people = participantsOf([mail], { to: [person("late@a.example")], cc: [] }, customer);
    expect([...people].sort()).toEqual([
      "late@a.example",
      "paolo@a.example",
      "sofia@a.example",
      "sofia@home.example",
      "support@shop.example",
    ]);
  });
});

describe("whom the server refused", () => {
  const fields = { to: ["Sofia <sofia@a.example>"], cc: ['"The Boss" <Boss@b.example>'], bcc: null };
  it("is found by its pointer", () => {
    expect(refusedIn(fields, "/email/cc/0")).toEqual(["boss@b.example"]);
    expect(refusedIn(fields, "/requester/email")).toEqual(["sofia@a.example"]);
    for (const pointer of ["/email/bcc/0", "/email/to/4", "/text", null])
      expect(refusedIn(fields, pointer)).toEqual([]);
  });
  it("is remembered for its ticket", () => {
    rememberRefused(1, ["boss@b.example"]);
    expect(isRefused(1, "Boss@b.example")).toBe(true);
    expect(isRefused(2, "boss@b.example")).toBe(false);
  });
});
