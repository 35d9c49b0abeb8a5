import { expect, test } from "vitest";
import { readable } from "./accent";
import { pickLocale } from "./locale";

/** The contrast formula of WCAG 2, for "rgb(…)" and "#…" as readable() writes them. */
function luminance(css: string): number {
  const hex = /^#(.)(.)(.)$/.test(css) ? css.replace(/[^#]/g, "$&$&") : css;
  const parts = hex.startsWith("#")
    ? [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
    : (hex.match(/[\d.]+/g) ?? []).map(Number);
  const [r = 0, g = 0, b = 0] = parts.map((value) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
}

function contrast(a: string, b: string): number {
  const ratio = luminance(a) / luminance(b);
  return ratio < 1 ? 1 / ratio : ratio;
}

/** The two sides of light-dark(). */
const sides = (accent: string): [string, string] => {
  const [, light = "", dark = ""] = /^light-dark\((rgb\([^)]*\)),(rgb\([^)]*\))\)$/.exec(accent) ?? [];
  return [light, dark];
};

test("the first wish that is one of ours decides the language", () => {
  expect(pickLocale(null, "fr-FR", "zh-Hans-CN")).toBe("zh");
  expect(pickLocale("en-GB", "zh")).toBe("en");
  expect(pickLocale("fr", undefined)).toBe("en");
});

test("text on any colour of a shop can be read, and the dark theme shows it", () => {
  const steps = ["00", "33", "66", "7f", "99", "b4", "cc", "ff"];
  for (const r of steps)
    for (const g of steps)
      for (const b of steps) {
        const hex = `#${r}${g}${b}`;
        const [accent, on] = readable(hex);
        const [light, dark] = sides(accent);
        expect(contrast(light, on), hex).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark, on), `${hex} dark`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark, "#151922"), `${hex} on the dark panel`).toBeGreaterThanOrEqual(3);
      }
});

test("a colour that can be read is left as it is, and what is none is never passed on", () => {
  expect(readable("#284dc5")).toEqual(["light-dark(rgb(40,77,197),rgb(60.9625,94.355,202.655))", "#fff"]);
  expect(sides(readable("#f7d038")[0])[0]).toBe("rgb(247,208,56)");
  expect(readable("red; background: url(x)")[0]).toMatch(/^light-dark\(rgb\([\d.,]+\),rgb\([\d.,]+\)\)$/);
});
