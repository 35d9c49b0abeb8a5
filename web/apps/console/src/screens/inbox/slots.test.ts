import { describe, expect, it } from "vitest";
import { assignSlots } from "./slots";

const slots = (...ids: number[][]): number[][] =>
  [...ids.reduce((before, now) => assignSlots(before, now), assignSlots(new Map(), []))].sort(([, a], [, b]) => a - b);

describe("assignSlots", () => {
  it("leaves a row that only moves where it is in the document", () => {
    expect(slots([1, 2, 3], [3, 1, 2]).map(([id]) => id)).toEqual([1, 2, 3]);
  });

  it("gives the slot of the row that went to the one that came", () => {
    expect(slots([1, 2, 3], [9, 1, 3]).map(([id]) => id)).toEqual([1, 9, 3]);
  });

  it("has no gap and no slot twice, however the screen grows and shrinks", () => {
    for (const after of [[], [4], [3, 9], [9, 8, 7, 6, 5, 4, 3, 2, 1]]) {
      const used = slots([1, 2, 3, 4, 5], after);
      expect(used.map(([, slot]) => slot)).toEqual(after.map((_, index) => index));
      expect(used.map(([id]) => id).sort()).toEqual([...after].sort());
    }
  });
});
