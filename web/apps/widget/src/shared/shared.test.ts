import { expect, test } from "vitest";
import { contrast, parseHex, readable } from "./accent";
import { pickLocale } from "./locale";

const rgb = (css: string): [number, number, number] => {
  const [r = 0, g = 0, b = 0] = (css.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
};

test("the first wish that is one of ours decides the language", () => {
  expect(pickLocale(null, "fr-FR", "zh-Hans-CN")).toBe("zh");
  expect(pickLocale("en-GB", "zh")).toBe("en");
  expect(pickLocale("fr", undefined)).toBe("en");
});

test("text on any colour of a shop can be read, in both themes", () => {
  for (const hex of ["#2447c7", "#f7d038", "#7f7f7f", "#ff0000", "#00c2a8", "#000", "#fff", "#8a8f00", "#e0457b"]) {
    const [accent, on] = readable(hex);
    const [light = "", dark = ""] = accent.split("),");
    expect(contrast(rgb(light), rgb(on)), hex).toBeGreaterThanOrEqual(4.5);
    expect(contrast(rgb(dark), rgb(on)), `${hex} dark`).toBeGreaterThanOrEqual(4.5);
  }
});

test("what is not a colour becomes ours", () => {
  expect(parseHex("red; background: url(x)")).toBeNull();
  expect(readable("nonsense")[0]).toContain("rgb(40,77,197)");
});
