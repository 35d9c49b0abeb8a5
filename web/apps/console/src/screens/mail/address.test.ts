import { describe, expect, it } from "vitest";
import { formatAddress, isAddress, parseAddresses, subjectKey, withoutRepeats } from "./address";

describe("addresses as people type them", () => {
  it("takes lists with names, quotes and the commas of Chinese keyboards", () => {
    expect(parseAddresses('"Marino, Sofia" <sofia@shop.example>, jonas@shop.example；王芳 <fang@例子.中国>')).toEqual([
      { name: "Marino, Sofia", address: "sofia@shop.example" },
      { name: "", address: "jonas@shop.example" },
      { name: "王芳", address: "fang@例子.中国" },
    ]);
  });

  it("takes a pasted column, with or without line ends", () => {
    expect(parseAddresses("a@b.example\nc@d.example\t e@f.example").map((one) => one.address)).toEqual([
      "a@b.example",
      "c@d.example",
      "e@f.example",
    ]);
  });

  it("keeps what is no address, so that it can be mended", () => {
    const [one] = parseAddresses("sofia at shop");
    expect(one).toEqual({ name: "", address: "sofia at shop" });
    expect(isAddress("sofia at shop")).toBe(false);
  });

  it.each([
    "a@b",
    "@b.example",
    "a@b..example",
    "a b@c.example",
    "a@b.example>",
    "a,b@c.example",
    `${"a".repeat(65)}@b.example`,
  ])("refuses %s", (text) => expect(isAddress(text)).toBe(false));

  it.each(["a@b.example", "first.last+tag@sub.b.example", "用户@例子.中国"])("accepts %s", (text) =>
    expect(isAddress(text)).toBe(true),
  );

  it("writes a name so that it reads back the same, whatever is in it", () => {
    for (const name of ["Sofia", 'The "Boss"', "Marino, Sofia; \\ <x>", "王芳"]) {
      const one = { name, address: "a@b.example" };
      expect(parseAddresses(formatAddress(one))).toEqual([one]);
    }
  });

  it("lets no name begin a header of its own", () => {
    expect(formatAddress({ name: "A\r\nBcc: x@y.example", address: "a@b.example" })).not.toMatch(/[\r\n]/);
  });

  it("knows the same address in another case", () => {
    expect(withoutRepeats(parseAddresses("a@b.example, A@B.example"))).toHaveLength(1);
  });
});

describe("subjects", () => {
  it.each(["Re: Kettle", "RE: Fwd: Kettle", "回复：Kettle", "[Shop] Re: Kettle [#4711]", "AW: kettle"])(
    "%s is still Kettle",
    (subject) => expect(subjectKey(subject)).toBe("kettle"),
  );
  it("is another subject when it is", () => expect(subjectKey("Kettle broken")).not.toBe("kettle"));
});
