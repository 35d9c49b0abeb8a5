// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { cleanHtml, linkOf } from "./clean-paste";

describe("what is pasted", () => {
  it("from Word: no styles, no empty office tags, lists are lists", () => {
    const word = `<html xmlns:o="urn:x"><head><style>p.MsoNormal{margin:0}</style></head><body><!--StartFragment-->
      <p class="MsoNormal"><b style="mso-bidi-font-weight:normal"><span style="font-family:Calibri;color:red">Hello</span></b><o:p></o:p></p>
      <p class="MsoListParagraphCxSpFirst" style="mso-list:l0 level1 lfo1"><!--[if !supportLists]--><span style="mso-list:Ignore">·<span>&nbsp;&nbsp;</span></span><!--[endif]-->one</p>
      <p class="MsoListParagraphCxSpLast" style="mso-list:l0 level1 lfo1"><!--[if !supportLists]--><span style="mso-list:Ignore">·<span>&nbsp;</span></span><!--[endif]-->two</p>
      <!--EndFragment--></body></html>`;
    expect(cleanHtml(word)).toBe("<div><b>Hello</b></div><ul><li>one</li><li>two</li></ul>");
  });

  it("from Word: numbers are an ordered list", () => {
    const item = (mark: string, text: string) =>
      `<p class="MsoListParagraph"><span style="mso-list:Ignore">${mark}<span> </span></span>${text}</p>`;
    expect(cleanHtml(item("1.", "first") + item("2.", "second"))).toBe("<ol><li>first</li><li>second</li></ol>");
  });

  it("from Google Docs: formats that are styles stay, the wrapping bold goes", () => {
    const docs =
      '<b style="font-weight:normal" id="docs-1"><p style="margin-bottom:0pt"><span style="font-weight:700;color:#000">Bold</span><span style="font-style:italic"> slanted</span></p></b>';
    expect(cleanHtml(docs)).toBe("<div><b>Bold</b><i> slanted</i></div>");
  });

  it("from a web page: headings become bold lines, foreign pictures and scripts go, paragraphs stay apart", () => {
    const page =
      '<h2 class="x">Title</h2><p onclick="x()">One <img src="https://a.example/p.png"></p><p>Two<script>alert(1)</script></p>';
    expect(cleanHtml(page)).toBe("<div><b>Title</b></div><div>One </div><div><br></div><div>Two</div>");
  });

  it("keeps links that lead somewhere and pictures that are ours", () => {
    expect(cleanHtml('<a href="https://a.example" class="x">a</a> <a href="javascript:x()">b</a>')).toBe(
      '<a href="https://a.example">a</a> b',
    );
    const own = '<img src="/files/7/abc/p.png" data-attachment-id="7" alt="p.png">';
    expect(cleanHtml(own)).toBe(own);
  });

  it("changes nothing when it is done again", () => {
    const once = cleanHtml("<p>a</p><p>b <b>c</b></p><blockquote><p>d</p></blockquote><ul><li>e</li></ul>");
    expect(cleanHtml(once)).toBe(once);
  });

  it("keeps the lines of code", () => {
    expect(cleanHtml("<pre>a\n  b</pre>")).toBe("<pre>a\n  b</pre>");
  });
});

describe("a link as it is typed", () => {
  it.each([
    ["https://a.example/x", "https://a.example/x"],
    ["a.example/x?y", "https://a.example/x?y"],
    ["sofia@a.example", "mailto:sofia@a.example"],
    ["javascript:alert(1)", null],
    ["hello", null],
    ["", null],
  ])("%j is %j", (typed, link) => expect(linkOf(typed)).toBe(link));
});
