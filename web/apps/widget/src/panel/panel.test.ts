import { expect, test } from "vitest";
import { conversation, message, session } from "../core/fakes";
import { isEmail } from "./field";
import { missingFields } from "./form";
import { createFormat, initials } from "./format";
import { linked } from "./parts";
import { buildRows } from "./rows";
import { HOME, nextView } from "./view";
import { WORDS } from "./words";

const format = createFormat("en", WORDS.en);

test("screens", () => {
  const form = nextView(HOME, { type: "start", needs_form: true, is_away: false });
  expect(form).toEqual({ name: "form", is_away: false });
  expect(nextView(form, { type: "filled", who: { name: "S" } })).toEqual({
    name: "chat",
    id: null,
    who: { name: "S" },
  });
  const chat = nextView(HOME, { type: "show", id: "abc" });
  expect(nextView(chat, { type: "moved", from: "abc", to: 5 })).toMatchObject({ id: 5 });
  expect(nextView(chat, { type: "moved", from: "other", to: 5 })).toBe(chat);
  expect(nextView(chat, { type: "back" })).toBe(HOME);
});

test("runs of one author share a time; events of the desk stay inside the desk", () => {
  const at = new Date(2026, 10, 20, 14, 8).getTime();
  const rows = buildRows(
    [
      message(1, { created_at: at }),
      message(2, { created_at: at + 60_000 }),
      message(3, {
        created_at: at + 60_000,
        kind: "system",
        code: "priority_changed",
        author: { kind: "system", id: null, name: null },
      }),
      message(4, { created_at: at + 400_000 }),
    ],
    [],
    conversation(),
    format,
  );
  expect(rows.map((row) => row.kind)).toEqual(["day", "bubble", "bubble", "bubble"]);
  expect(rows.map((row) => row.kind === "bubble" && row.is_last)).toEqual([false, false, true, true]);
});

test("links become anchors, nothing else becomes markup", () => {
  const parts = linked("<b>x</b> see https://a.example/b?c=1, or javascript:alert(1) 详见https://b.example/路径。", "");
  const anchors = parts.filter((part) => typeof part === "object" && part !== null && "props" in part);
  expect(anchors.map((part) => (typeof part === "object" && part && "props" in part ? part.props.href : ""))).toEqual([
    "https://a.example/b?c=1",
    "https://b.example/路径",
  ]);
  expect(parts[0]).toBe("<b>x</b> see ");
});

test("only what is asked for and not known is asked", () => {
  const { inbox, customer } = session();
  const asking = { ...inbox, prechat: { is_enabled: true, fields: ["name", "email"] } };
  expect(missingFields(inbox, customer)).toEqual([]);
  expect(missingFields(asking, customer)).toEqual(["name", "email"]);
  expect(missingFields(asking, { ...customer, name: "Sofia" })).toEqual(["email"]);
  expect(missingFields(asking, { ...customer, is_verified: true })).toEqual([]);
});

test("both languages have the same words", () => {
  expect(Object.keys(WORDS.zh)).toEqual(Object.keys(WORDS.en));
  expect(WORDS.en.line(1)).toBe("You are next");
  expect([2, 3, 4, 11, 12, 13, 21, 22, 101].map((n) => WORDS.en.line(n).split(" ")[0])).toEqual([
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "22nd",
    "101st",
  ]);
  expect(WORDS.zh.line(3)).toBe("前面还有 2 位");
});

test("initials and addresses", () => {
  expect([initials("Mei Chen"), initials("陈美"), initials("  "), initials("élodie")]).toEqual(["MC", "陈", "", "É"]);
  expect([isEmail("a@b.example"), isEmail("a b@c.d"), isEmail("a@b")]).toEqual([true, false, false]);
});
