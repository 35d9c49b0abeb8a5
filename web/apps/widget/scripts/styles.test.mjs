import { expect, test } from "vitest";
import { readTokens, toPixels, withTokens } from "./styles.mjs";

test("a rem is 16 pixels whatever the page says", () => {
  expect(toPixels("a{margin:1.5rem -0.25rem .5rem}")).toBe("a{margin:24px -4px 8px}");
});

test("the tokens a sheet uses are resolved", () => {
  const tokens = readTokens("/* --x: 1; */ :root{--ink-0: #fff; --bg: light-dark(var(--ink-0), #000); --y: 2px;}");
  expect(withTokens(".a{color:var(--bg);margin:var(--y)}", tokens)).toBe(".a{color:light-dark(#fff, #000);margin:2px}");
  expect(withTokens(".a{color:var(--bg);fill:var(--bg)}", tokens)).toContain(".panel{--bg:light-dark(#fff, #000)}");
  expect(withTokens(".a{color:var(--w-on)}", tokens)).toBe(".a{color:var(--w-on)}");
  expect(() => withTokens(".a{color:var(--nope)}", tokens)).toThrow("--nope");
});
