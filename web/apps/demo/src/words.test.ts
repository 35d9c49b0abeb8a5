import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { WORDS } from "./words";

test("every word on the page exists in both languages", () => {
  const page = readFileSync(new URL("./index.html", import.meta.url), "utf8");
  const used = [...page.matchAll(/data-t(?:-label)?="([^"]+)"/g)].map(([, name]) => name ?? "");
  expect(used.length).toBeGreaterThan(20);
  for (const name of used) expect(Object.keys(WORDS.en)).toContain(name);
  expect(Object.keys(WORDS.zh).sort()).toEqual(Object.keys(WORDS.en).sort());
  for (const text of Object.values(WORDS.zh)) expect(text).not.toBe("");
});
