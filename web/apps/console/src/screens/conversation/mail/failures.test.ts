import type { MessageEmail } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import { addressesOf, peopleAt, refusalsOf } from "./failures";

const person = (address: string) => ({ name: "", address });
const email: Pick<MessageEmail, "to" | "cc" | "bcc"> = {
  to: [person("sofia@a.example")],
  cc: [person("boss@b.example"), person("paolo@a.example")],
  bcc: [person("file@c.example")],
};
const failure = (recipient: number, status: string, error = "") => ({ recipient, status, error });

describe("whom a mail did not reach", () => {
  it("is counted through all recipients in their order", () => {
    expect(addressesOf(peopleAt(email, [1, 3]), ", ")).toBe("boss@b.example, file@c.example");
    expect(peopleAt(email, [4])).toEqual([]);
    expect(peopleAt(null, [0])).toEqual([]);
  });

  it("stands together where the reason is the same", () => {
    const found = refusalsOf(email, [failure(1, "5.1.1", "550 no"), failure(0, "5.2.2"), failure(3, "5.1.10")]);
    expect(found.map(({ reason, people, status }) => [reason, addressesOf(people, " "), status])).toEqual([
      ["no_mailbox", "boss@b.example file@c.example", "5.1.1, 5.1.10"],
      ["full", "sofia@a.example", "5.2.2"],
    ]);
    expect(found[0]?.detail).toBe("550 no");
  });
});
