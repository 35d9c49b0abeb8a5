import type { Message } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import { NO_MAIL, writeMailDraft } from "./mail-draft";
import { type ChannelInput, canGetMail, channelOf, channelsOf, isOwnWord } from "./reply-channel";

const mail = writeMailDraft({ ...NO_MAIL, html: "<div>Hi</div>" });

describe("where a reply may go", () => {
  it.each([
    ["chat", 7, true, ["chat", "email"]],
    ["chat", null, true, ["chat"]],
    ["chat", 7, false, ["chat"]],
    ["email", null, false, ["email"]],
    ["email", 7, true, ["email"]],
    [undefined, null, false, ["chat"]],
  ])("%s, mail from inbox %s, an address: %s", (began, emailInboxId, hasAddress, channels) =>
    expect(channelsOf(began, emailInboxId, hasAddress)).toEqual(channels),
  );

  it.each([
    ["email", true],
    ["visitor", false],
    ["phone", false],
  ] as const)("an identity of kind %s can get mail: %s", (kind, canGet) =>
    expect(canGetMail({ identities: [{ id: 1, kind, value: "x", is_verified: false }] })).toBe(canGet),
  );

  it("by chat alone while the customer is not known", () => expect(canGetMail(undefined)).toBe(false));
});

describe("where a reply goes", () => {
  const input: ChannelInput = { channels: ["chat", "email"], draft: "", chosen: null, heardIn: "chat" };

  it("follows the customer, and begins as the ticket did", () => {
    expect(channelOf(input)).toBe("chat");
    expect(channelOf({ ...input, heardIn: "email" })).toBe("email");
    expect(channelOf({ ...input, heardIn: undefined })).toBe("chat");
  });

  it("is what the agent chose", () => {
    expect(channelOf({ ...input, chosen: "email" })).toBe("email");
    expect(channelOf({ ...input, chosen: "chat", heardIn: "email" })).toBe("chat");
  });

  it("does not change under what is being written", () => {
    expect(channelOf({ ...input, draft: "Hello", heardIn: "email" })).toBe("chat");
    expect(channelOf({ ...input, draft: mail })).toBe("email");
  });

  it("is no question where there is one way", () => {
    expect(channelOf({ ...input, channels: ["email"], draft: "from before", chosen: "chat" })).toBe("email");
    expect(channelOf({ ...input, channels: ["chat"], draft: mail, chosen: "email", heardIn: "email" })).toBe("chat");
  });
});

describe("what shows where the customer is", () => {
  const own = { kind: "reply", author: { kind: "customer", id: 5, name: "" }, email: null } as const;
  const mailOf = (kind: string) => ({ kind, direction: "in" }) as Message["email"];

  it("is what he wrote himself", () => {
    expect(isOwnWord(own)).toBe(true);
    expect(isOwnWord({ ...own, email: mailOf("human") })).toBe(true);
  });

  it("is no answer of a machine, no note and nobody else's word", () => {
    expect(isOwnWord({ ...own, email: mailOf("out_of_office") })).toBe(false);
    expect(isOwnWord({ ...own, kind: "system" })).toBe(false);
    expect(isOwnWord({ ...own, author: { kind: "agent", id: 1, name: "Mei" } })).toBe(false);
  });
});
