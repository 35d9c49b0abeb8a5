// @vitest-environment happy-dom
import type { ReplyOutline } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import { MAX_LENGTH } from "../limits";
import { NO_MAIL } from "../mail-draft";
import { envelopeOf, isComplete, outgoingMail, plainText, strangersIn } from "./outgoing";

const outline: ReplyOutline = {
  from: { name: "Lumen", address: "support@shop.example" },
  to: [{ name: "Sofia Marino", address: "sofia@a.example" }],
  cc: [{ name: "", address: "paolo@a.example" }],
  subject: "Re: Kettle",
  signature_html: "",
  quote_html: "",
  quotes_history: true,
  may_add_recipients: true,
  undo_ms: 10_000,
  bounces: [],
};

describe("what goes out", () => {
  it("says outright what the agent saw", () => {
    const mail = outgoingMail({ ...NO_MAIL, html: "<div>Hi</div>" }, envelopeOf(NO_MAIL, outline), null);
    expect(mail.fields.to).toEqual(['"Sofia Marino" <sofia@a.example>']);
    expect(mail.fields.cc).toEqual(["paolo@a.example"]);
    expect(mail.fields.subject).toBe("Re: Kettle");
    expect(mail.fields.send_at).toBeNull();
  });

  it("leaves to the server what he could not see", () => {
    const { fields } = outgoingMail({ ...NO_MAIL, html: "<div>Hi</div>", bcc: ["x@y.example"] }, null, {
      at: 5,
      stopsOnReply: true,
    });
    expect(fields).toMatchObject({
      to: null,
      cc: null,
      bcc: ["x@y.example"],
      subject: null,
      send_at: 5,
      stops_on_reply: true,
    });
  });

  it("what he took away stays away", () => {
    expect(envelopeOf({ ...NO_MAIL, cc: [], subject: "" }, outline)).toMatchObject({ cc: [], subject: "" });
  });

  it("leaves a plain text that is too long to the server, and keeps the HTML", () => {
    expect(plainText(`<div>${"a".repeat(MAX_LENGTH + 1)}</div>`)).toBe("");
    expect(plainText(`<div>${"a".repeat(MAX_LENGTH)}</div>`)).toHaveLength(MAX_LENGTH);
  });

  it("names those one may not write to, and nothing that is no address", () => {
    const envelope = envelopeOf({ ...NO_MAIL, cc: ["boss@b.example", "nonsense"] }, outline);
    const mayWriteTo = (address: string) => address === "sofia@a.example";
    expect(strangersIn(envelope, mayWriteTo).map(({ address }) => address)).toEqual(["boss@b.example"]);
  });

  it("goes nowhere without an address, or with a wrong one", () => {
    const envelope = envelopeOf(NO_MAIL, outline);
    expect(isComplete(envelope)).toBe(true);
    expect(isComplete({ ...envelope, to: [] })).toBe(false);
    expect(isComplete({ ...envelope, bcc: [{ name: "", address: "nonsense" }] })).toBe(false);
  });
});
