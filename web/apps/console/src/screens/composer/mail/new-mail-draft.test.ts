// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { NO_MAIL, writeMailDraft } from "../mail-draft";
import { readNewMail, writeNewMail } from "./new-mail-draft";

vi.mock("../../../app/desk", () => ({ desk: {} }));

const file = {
  id: 7,
  name: "a.pdf",
  content_type: "application/pdf",
  size: 12,
  width: null,
  height: null,
  url: "/files/7/x/a.pdf",
};
const draft = {
  inboxId: 3,
  envelope: { to: [{ name: "Sofia", address: "sofia@a.example" }], cc: [], bcc: [], subject: "Kettle" },
  html: "<div>Hi</div>",
  attachments: [file],
};

describe("a new mail that is kept", () => {
  it("comes back whole, with its files", () => {
    expect(readNewMail(writeNewMail(draft))).toEqual(draft);
  });
  it("is worth keeping for a file alone, and for nothing not", () => {
    const empty = { inboxId: 3, envelope: { to: [], cc: [], bcc: [], subject: "" }, html: "", attachments: [] };
    expect(writeNewMail(empty)).toBe("");
    expect(readNewMail(writeNewMail({ ...empty, attachments: [file] })).attachments).toEqual([file]);
  });
  it("is read as it was kept before it had files, and survives nonsense", () => {
    const old = writeMailDraft({ ...NO_MAIL, html: "<div>Hi</div>", subject: "Kettle" });
    expect(readNewMail(old)).toMatchObject({ inboxId: null, html: "<div>Hi</div>", attachments: [] });
    for (const text of ["", "{", '{"attachments":[{}]}', "[]"]) expect(readNewMail(text).html).toBe("");
  });
});
