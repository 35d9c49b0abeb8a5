// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Call } from "../shared/bridge";

const VISIT = {
  token: "t",
  conversations: [{ state: "open", unread_count: 0 }],
  colours: ["light-dark(rgb(1,2,3),rgb(4,5,6))", "#fff"],
};

/** The scripts that were added to the page; here nothing is fetched. */
let added: HTMLScriptElement[] = [];
/** What the page asked the desk for, in order. */
const asked = () => added.map(({ src }) => src.replace("https://desk.example/", ""));
const bubbles = () =>
  Array.from(document.querySelectorAll("parley-chat"), (host) => host.shadowRoot?.querySelector("button"));
const queue = () => Array.from(window.Parley?.q as Call[], (call) => [...call]);

/** The script tag of the shop, or one that a loader has added, runs as the loader of this build. */
async function run(build: string, tag?: HTMLScriptElement): Promise<void> {
  vi.resetModules();
  vi.stubGlobal("__BUILD__", `assets/${build}-`);
  const shops = Object.assign(document.createElement("script"), { src: "https://desk.example/widget.js" });
  shops.dataset.inbox = "key";
  Object.defineProperty(document, "currentScript", { value: tag ?? shops, configurable: true });
  await import("./index");
}

beforeEach(() => {
  added = [];
  document.body.textContent = "";
  vi.spyOn(document.head, "append").mockImplementation((script) => {
    added.push(script as HTMLScriptElement);
  });
});
afterEach(() => {
  localStorage.clear();
  Reflect.deleteProperty(window, "Parley");
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("a page alone asks for nothing; a sign of interest asks once for the words and the panel of this build", async () => {
  await run("one");
  expect(asked()).toEqual([]);
  bubbles()[0]?.dispatchEvent(new Event("pointerenter"));
  bubbles()[0]?.click();
  expect(asked()).toEqual(["widget/assets/one-en.js", "widget/assets/one-panel.js"]);
});

test("what is called before the panel is there is kept for it, from a stub of the shop's as well", async () => {
  const listener = () => undefined;
  Object.assign(window, { Parley: { q: [["on", "unread", listener]] } });
  await run("one");
  window.Parley?.("identify", { external_id: "sofia" });
  expect(asked()).toEqual([]);
  window.Parley?.("open");
  expect(asked()).toHaveLength(2);
  expect(queue()).toEqual([["on", "unread", listener], ["identify", { external_id: "sofia" }], ["open"]]);
});

test("an open conversation starts the panel by itself, in the shop's colours; a log-out leaves nothing behind", async () => {
  localStorage.setItem("parley:key:visitor", JSON.stringify(VISIT));
  vi.stubGlobal("requestIdleCallback", (job: () => void) => job());
  await run("one");
  expect(asked()).toHaveLength(2);
  expect(bubbles()[0]?.parentElement?.style.getPropertyValue("--w-on")).toBe("#fff");
  window.Parley?.("logout");
  expect(localStorage.getItem("parley:key:visitor")).toBeNull();
});

test("after an update of the desk the new loader takes over, with what was called and the settings of the page", async () => {
  await run("one");
  window.Parley?.("on", "ready", "f");
  bubbles()[0]?.click();
  added[1]?.onerror?.(new Event("error"));
  expect(asked().at(-1)).toBe("widget/widget.js");
  const fresh = added.at(-1);
  expect(fresh?.dataset.inbox).toBe("key");
  await run("two", fresh);
  expect(bubbles()).toHaveLength(1);
  expect(asked().slice(-2)).toEqual(["widget/assets/two-en.js", "widget/assets/two-panel.js"]);
  expect(queue()).toEqual([["on", "ready", "f"], ["open"]]);
});

test("when only the network was gone the same loader stays and tries again at the next sign", async () => {
  await run("one");
  const [bubble] = bubbles();
  bubble?.click();
  for (const script of [...added]) script.onerror?.(new Event("error"));
  await run("one", added.at(-1));
  expect(bubbles()).toEqual([bubble]);
  // A loader that cannot be had is not asked for again and again either.
  const before = added.length;
  added.at(-1)?.onerror?.(new Event("error"));
  expect(added).toHaveLength(before);
  bubble?.click();
  expect(asked().slice(before)).toEqual(["widget/assets/one-en.js", "widget/assets/one-panel.js"]);
});

test("a panel that runs is never replaced", async () => {
  await run("one");
  const { Parley } = window;
  if (Parley) Parley.q = { push: () => undefined };
  await run("two");
  expect(window.Parley).toBe(Parley);
  expect(bubbles()).toHaveLength(1);
});

test("the panel goes on with the bubble that is there, and with its drawing", async () => {
  await run("one");
  const [bubble] = bubbles();
  const drawing = bubble?.querySelector("svg");
  const { WORDS } = await import("../panel/words");
  Object.assign(window.Parley ?? {}, { words: { split: () => WORDS.en } });
  const [{ bridge }, { launcher }, { h, patch }] = await Promise.all([
    import("../host"),
    import("../panel/launcher"),
    import("../shared/dom"),
  ]);
  patch(bridge.frame_, [h("section"), launcher()]);
  expect(bubbles()).toEqual([bubble]);
  expect(bubble?.querySelector("svg")).toBe(drawing);
  expect(bubble?.getAttribute("aria-expanded")).toBe("false");
  expect(bubble?.previousElementSibling?.tagName).toBe("SECTION");
});
