import { describe, expect, it, vi } from "vitest";
import { toldOf } from "./DeliveryFailed";

vi.mock("../../../app/desk", () => ({ desk: {} }));

describe("what the line of a failed delivery is told", () => {
  it("is whom it did not reach, why, and whether it was given up", () => {
    const params = { message_id: 7, status: "4.4.7", recipients: [1, 2], is_given_up: true };
    expect(toldOf({ params })).toEqual({ messageId: 7, status: "4.4.7", recipients: [1, 2], isGivenUp: true });
  });
  it("may be little: an older line names nobody", () => {
    const params = { status: "5.1.1" };
    expect(toldOf({ params })).toEqual({ messageId: 0, status: "5.1.1", recipients: [], isGivenUp: false });
  });
});
