import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MAIL_WORDS } from "./mailbox-words";
import { mailOf, quoted, replySubject, sidesOf } from "./mails";
import { WORDS } from "./words";

test.each([
  ["index.html", WORDS, 20],
  ["mailbox.html", MAIL_WORDS, 12],
] as const)("every word on %s exists in both languages", (name, words, least) => {
  const page = readFileSync(new URL(`./${name}`, import.meta.url), "utf8");
  const used = [...page.matchAll(/data-t(?:-label)?="([^"]+)"/g)].map(([, word]) => word ?? "");
  expect(used.length).toBeGreaterThan(least);
  for (const word of used) expect(Object.keys(words.en)).toContain(word);
  expect(Object.keys(words.zh).sort()).toEqual(Object.keys(words.en).sort());
  for (const text of Object.values(words.zh)) expect(text).not.toBe("");
});

const shop = { name: "Jonas", address: "support@demo.parley.test" };
const sofia = { name: "Sofia", address: "sofia@posta.example" };
const base = { id: 1, subject: "Lamp", text: "One\n> Two", html: "", at: 0, message_id: "<a@b>" };

test("a mail with missing parts is still a mail", () => {
  expect(mailOf({ id: 4 })).toMatchObject({ id: 4, to: [], subject: "", isFromShop: false });
  expect(mailOf(null)).toMatchObject({ id: 0, from: { name: "", address: "" } });
});

test("an answer goes from the customer to the shop, whoever wrote last", () => {
  const fromShop = mailOf({ ...base, from: shop, to: [sofia], is_from_shop: true });
  const fromCustomer = mailOf({ ...base, from: sofia, to: [shop], is_from_shop: false });
  expect(sidesOf(fromShop)).toEqual({ customer: sofia, shop });
  expect(sidesOf(fromCustomer)).toEqual({ customer: sofia, shop });
});

test("an answer says so once and quotes what it answers", () => {
  expect(replySubject("Lamp", "en")).toBe("Re: Lamp");
  expect(replySubject("RE: Lamp", "en")).toBe("RE: Lamp");
  expect(replySubject("回复：台灯", "zh")).toBe("回复：台灯");
  const mail = mailOf({ ...base, from: shop, to: [sofia], is_from_shop: true });
  expect(quoted(mail, "today", "en")).toBe("\n\nOn today, Jonas wrote:\n> One\n>> Two\n");
});
