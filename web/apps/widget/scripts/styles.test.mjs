import { expect, test } from "vitest";
import { widgetPlugin } from "./plugin.mjs";
import { readTokens, toPixels, withTokens } from "./styles.mjs";

test("a rem is 16 pixels whatever the page says", () => {
  expect(toPixels("a{margin:1.5rem -0.25rem .5rem}")).toBe("a{margin:24px -4px 8px}");
});

test("the tokens a sheet uses are resolved", () => {
  const tokens = readTokens("/* --x: 1; */ :root{--ink-0: #fff; --bg: light-dark(var(--ink-0), #000); --y: 2px;}");
  expect(withTokens(".a{color:var(--bg);margin:var(--y)}", tokens)).toBe(".a{color:light-dark(#fff, #000);margin:2px}");
  expect(withTokens(".a{color:var(--bg);fill:var(--bg)}", tokens)).toContain(".w-panel{--bg:light-dark(#fff, #000)}");
  expect(withTokens(".a{color:var(--w-on)}", tokens)).toBe(".a{color:var(--w-on)}");
  expect(() => withTokens(".a{color:var(--nope)}", tokens)).toThrow("--nope");
});

test("classes and properties get one short name in all sheets and scripts, words a number", () => {
  const { transform } = widgetPlugin({
    classes: { "w-foot": "a", "w-foot-end": "b" },
    properties: { "--w-accent": "c" },
    list: ["send", "score"],
  });
  expect(transform('h("p#rating w-foot w-foot-end", words.score)', "/src/panel/chat.ts").code).toBe(
    'h("p#rating a b", words[1])',
  );
  expect(transform(".w-foot{color:var(--w-accent)}", "/src/panel/panel.css?inline").code).toBe(".a{color:var(--c)}");
  expect(() => transform("words.sned", "/src/panel/chat.ts")).toThrow("sned");
});
