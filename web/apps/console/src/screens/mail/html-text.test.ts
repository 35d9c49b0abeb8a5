// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { finishHtml, htmlToText, inlineIds, isBlankHtml } from "./html-text";

describe("the plain text of an e-mail", () => {
  it("has a line for each block and for each break", () => {
    expect(htmlToText("<div>Hello,</div><div><br></div><div>it <b>left</b> today.<br>Regards</div>")).toBe(
      "Hello,\n\nit left today.\nRegards",
    );
  });

  it("keeps the marks of lists and quotes", () => {
    expect(htmlToText("<ul><li>one</li><li>two</li></ul><ol><li>first</li><li>second</li></ol>")).toBe(
      "- one\n- two\n1. first\n2. second",
    );
    expect(htmlToText("<blockquote><div>a</div><div>b</div></blockquote><div>c</div>")).toBe("> a\n> b\nc");
  });

  it("says where a link goes, once", () => {
    expect(htmlToText('<div><a href="https://a.example/x">here</a></div>')).toBe("here <https://a.example/x>");
    expect(htmlToText('<div><a href="https://a.example/x">https://a.example/x</a></div>')).toBe("https://a.example/x");
    expect(htmlToText('<div><a href="mailto:a@b.example">a@b.example</a></div>')).toBe("a@b.example");
  });
});

describe("what is empty", () => {
  it.each(["", "<div><br></div>", "<div>\u200b</div>", "<div>&nbsp;</div>"])("%j is", (html) =>
    expect(isBlankHtml(html)).toBe(true),
  );
  it("a picture alone is not", () => expect(isBlankHtml('<div><img src="/files/1/x/a.png"></div>')).toBe(false));
});

describe("what goes out", () => {
  it("names its pictures once each", () => {
    expect(
      inlineIds('<img data-attachment-id="7"><img data-attachment-id="9"><img data-attachment-id="7"><img>'),
    ).toEqual([7, 9]);
  });
  it("writes the look of a quote on the quote itself", () => {
    expect(finishHtml("<blockquote>x</blockquote>")).toMatch(/<blockquote style="[^"]*border-left/);
  });
});
