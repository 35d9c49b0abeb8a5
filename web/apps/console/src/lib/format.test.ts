import { initialsOf } from "@parley/ui";
import { describe, expect, it } from "vitest";
import { movedCount } from "../screens/inbox/useHeldOrder";
import { durationText, makeFormat } from "./format";

describe("format", () => {
  const at = new Date(2026, 10, 20, 14, 8).getTime();
  const now = new Date(2026, 10, 24, 9, 0).getTime();

  it("follows the words table in English", () => {
    const format = makeFormat("en");
    expect(format.clock(at)).toBe("14:08");
    expect(format.short(at, now)).toBe("20 Nov");
    expect(format.full(at)).toBe("20 Nov 2026, 14:08");
    expect(format.day(at, now)).toBe("Friday 20 November");
    expect(durationText(80 * 60_000, false)).toBe("1h 20m");
    expect(durationText(72 * 3600_000, false)).toBe("3d");
  });

  it("follows it in Chinese", () => {
    const format = makeFormat("zh-CN");
    expect(format.short(at, now)).toBe("11-20");
    expect(format.full(at)).toBe("2026-11-20 14:08");
    expect(format.day(at, now)).toBe("11 月 20 日 星期五");
    expect(format.day(now, now)).toBe("今天");
    expect(durationText(65 * 60_000, true)).toBe("1 时 05 分");
  });
});

describe("initialsOf", () => {
  it("takes the surname of Han names and two letters of others", () => {
    expect(initialsOf("王晓雯")).toBe("王");
    expect(initialsOf("Sofia Marino")).toBe("SM");
    expect(initialsOf("Plato")).toBe("PL");
    expect(initialsOf("+44 7700 900142")).toBe("#");
    expect(initialsOf("")).toBe("#");
  });
});

describe("movedCount", () => {
  it("counts the fewest rows that have to move", () => {
    expect(movedCount([1, 2, 3], [1, 2, 3])).toBe(0);
    expect(movedCount([1, 2, 3, 4], [4, 1, 2, 3])).toBe(1);
    expect(movedCount([1, 2, 3], [9, 1, 2])).toBe(2);
    expect(movedCount([1, 2, 3], [3, 2, 1])).toBe(2);
  });
});
