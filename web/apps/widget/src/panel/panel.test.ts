import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation, inbox, message, World } from "../core/fakes";
import type { Kids, VNode } from "./dom";
import { WORDS } from "./words";

vi.mock("./app", () => ({ render: vi.fn() }));

beforeEach(() => {
  vi.resetModules();
  new World();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const flat = (kids: Kids): (VNode | string)[] =>
  Array.isArray(kids) ? kids.flatMap(flat) : kids || kids === 0 ? [kids as VNode | string] : [];
const find = (kids: Kids, is: (node: VNode) => boolean): VNode[] =>
  flat(kids).flatMap((kid) => (typeof kid === "object" ? [...(is(kid) ? [kid] : []), ...find(kid.kids_, is)] : []));

test("screens", async () => {
  const { state, hooks } = await import("../core/state");
  const { ui, go, start, reset, choose, setOpen, CHAT, FORM, HOME } = await import("./store");
  reset();
  start();
  expect(ui.view_.screen_).toBe(HOME);
  // "Start" was pressed before the inbox was known.
  state.inbox_ = inbox({ prechat: { is_enabled: true, fields: ["name"] } });
  choose();
  expect(ui.view_.screen_).toBe(FORM);
  go(CHAT, null, { name: "S" });
  expect(ui.view_).toEqual({ screen_: CHAT, id_: null, who_: { name: "S" } });
  go(CHAT, "abc");
  ui.drafts_.abc = "half a sen";
  hooks.moved_("other", 5);
  expect(ui.view_.id_).toBe("abc");
  hooks.moved_("abc", 5);
  expect([ui.view_.id_, ui.drafts_[5]]).toEqual([5, "half a sen"]);
  reset();
  expect([ui.view_.screen_, ui.drafts_]).toEqual([HOME, {}]);
  // Whoever has something under way sees it at once.
  state.conversations_ = [conversation({ id: 8, state: "closed" }), conversation({ id: 7 })];
  setOpen(true);
  expect(ui.view_.id_).toBe(7);
});

test("runs of one author share a time; events of the desk stay inside the desk", async () => {
  const { rows } = await import("./log");
  const at = new Date(2026, 10, 20, 14, 8).getTime();
  const system = { kind: "system" as const, author: { kind: "system" as const, id: null, name: null } };
  const drawn = rows(
    [
      message(1, { created_at: at }),
      message(2, { created_at: at + 60_000 }),
      message(3, { created_at: at + 60_000, ...system, code: "priority_changed" }),
      message(4, { created_at: at + 400_000 }),
      message(5, { created_at: at + 400_000, ...system, code: "state_changed", params: { to: "solved" } }),
    ],
    [{ client_id: "a", to: 5, text: "x", attachments: [], who: {}, at: at + 400_000, has_failed: true }],
    conversation(),
  );
  const names = flat(drawn).map((row) => (row as VNode).props_.class);
  expect(names).toHaveLength(6);
  expect(names.map((name) => /w-mark/.test(String(name)))).toEqual([true, false, false, false, true, false]);
  expect(names.map((name) => /w-last/.test(String(name)))).toEqual([false, false, true, true, false, true]);
  expect(find(drawn, (node) => node.props_["data-testid"] === "message-retry")).toHaveLength(1);
});

test("links become anchors, nothing else becomes markup", async () => {
  const { linked } = await import("./parts");
  const parts = linked("<b>x</b> see https://a.example/b?c=1, or javascript:alert(1) 详见https://b.example/路径。");
  expect(find(parts, (node) => node.tag_ === "a").map((node) => node.props_.href)).toEqual([
    "https://a.example/b?c=1",
    "https://b.example/路径",
  ]);
  expect(flat(parts)[0]).toBe("<b>x</b> see ");
  expect(
    flat(parts)
      .filter((part) => typeof part === "string")
      .join(""),
  ).toBe("<b>x</b> see , or javascript:alert(1) 详见。");
});

test("only what is asked for and not known is asked", async () => {
  const { state } = await import("../core/state");
  const { missingFields } = await import("./store");
  const customer = { id: 1, name: null, email: null, is_verified: false };
  state.inbox_ = inbox();
  state.customer_ = customer;
  expect(missingFields()).toEqual([]);
  state.inbox_ = inbox({ prechat: { is_enabled: true, fields: ["name", "email"] } });
  expect(missingFields()).toEqual(["name", "email"]);
  state.customer_ = { ...customer, name: "Sofia" };
  expect(missingFields()).toEqual(["email"]);
  state.customer_ = { ...customer, is_verified: true };
  expect(missingFields()).toEqual([]);
});

test("both languages have the same words, and no word holds the mark between them", () => {
  expect(Object.keys(WORDS.zh)).toEqual(Object.keys(WORDS.en));
  for (const word of [...Object.values(WORDS.en), ...Object.values(WORDS.zh)]) expect(word).not.toContain("|");
  const holes = (word: string) => word.split("~").length;
  for (const [key, word] of Object.entries(WORDS.en))
    expect(holes(WORDS.zh[key as keyof typeof WORDS.zh]), key).toBe(holes(word));
});

test("times and sizes", async () => {
  const { day, fill, moment, size, time } = await import("./format");
  const at = new Date(2020, 10, 23, 9, 5).getTime();
  expect(time(at)).toBe("09:05");
  // Browsers disagree about the comma.
  expect(day(at)).toMatch(/^Mon,? 23 Nov$/);
  expect(moment(at)).toMatch(/^Mon,? 23 Nov at 09:05$/);
  expect(moment(new Date().setHours(14, 0))).toBe("today at 14:00");
  expect([size(10), size(150_000), size(2_340_000)]).toEqual(["1 KB", "150 KB", "2.3 MB"]);
  expect(fill("~ of 5, ~", 4, "$& good")).toBe("4 of 5, $& good");
  vi.resetModules();
  new World("zh");
  expect((await import("./format")).day(at)).toMatch(/^11月23日\s?周一$/);
});

test("initials and addresses", async () => {
  const { initial } = await import("./format");
  const { isEmail } = await import("./form");
  expect([initial("Mei Chen"), initial(" 陈美"), initial("  "), initial("élodie")]).toEqual([
    "M",
    "陈",
    undefined,
    "É",
  ]);
  expect([isEmail("a@b.example"), isEmail("a b@c.d"), isEmail("a@b")]).toEqual([true, false, false]);
});
