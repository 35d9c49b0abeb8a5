import { decode } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import type { OutboxEntry } from "./outbox";
import { messageBody } from "./posting";

const fields = {
  to: ["sofia@a.example"],
  cc: null,
  bcc: null,
  subject: "Kettle",
  quotes_history: null,
  has_signature: null,
  send_at: null,
  stops_on_reply: null,
};
const entry: OutboxEntry = {
  clientId: "client-1",
  ticketId: 1,
  kind: "reply",
  channel: null,
  text: "Hello",
  mail: null,
  attachments: [],
  seenVersion: 3,
  isForced: false,
  nextState: null,
  undoneTo: null,
  createdAt: 1,
  phase: "queued",
  errorCode: null,
  errorPath: null,
  guard: null,
};

describe("what is posted", () => {
  it("names no channel where the agent had no choice", () => {
    expect(messageBody(entry)).toEqual({
      client_id: "client-1",
      kind: "reply",
      text: "Hello",
      attachment_ids: [],
      seen_version: 3,
    });
  });

  it("names the channel the agent chose", () => {
    expect(messageBody({ ...entry, channel: "chat" }).channel).toBe("chat");
    const mail = { html: "<div>Hello</div>", inlineIds: [7], fields };
    expect(messageBody({ ...entry, channel: "email", mail })).toMatchObject({
      channel: "email",
      html: "<div>Hello</div>",
      attachment_ids: [7],
      email: { to: ["sofia@a.example"], subject: "Kettle" },
    });
  });

  it("keeps the channel over a reload, and reads what was kept before there was one", () => {
    const kept: unknown = JSON.parse(JSON.stringify({ ...entry, channel: "email" }));
    expect(decode.outboxEntry(kept, "").channel).toBe("email");
    const { channel: _channel, ...older } = entry;
    expect(decode.outboxEntry(older, "").channel).toBeNull();
  });
});
