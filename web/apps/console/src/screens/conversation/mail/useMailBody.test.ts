import type { MessageEmail } from "@parley/protocol";
import { describe, expect, it, vi } from "vitest";
import { readingOf } from "./useMailBody";

vi.mock("../../../app/desk", () => ({ desk: {} }));

const mail = (direction: "in" | "out") => ({ direction }) as MessageEmail;

describe("which reading of a mail a body belongs to", () => {
  it("is the same as long as the message is the same", () => {
    const one = mail("in");
    expect(readingOf(one)).toBe(readingOf(one));
  });
  it("is another when the message came again: it was read again", () => {
    expect(readingOf(mail("in"))).not.toBe(readingOf(mail("in")));
  });
  it("is always the same for what we wrote, whose delivery only changes", () => {
    expect(readingOf(mail("out"))).toBe(readingOf(mail("out")));
  });
});
