import { describe, expect, it } from "vitest";
import { mergeDraft, NO_MAIL, pictureHtml, readMailDraft, textToHtml, writeMailDraft } from "./mail-draft";

describe("the draft of an e-mail as text", () => {
  it("reads back as it was written", () => {
    const draft = {
      ...NO_MAIL,
      html: "<div>a</div>",
      to: ['"S" <s@a.example>'],
      cc: [],
      subject: "x",
      hasSignature: false,
    };
    expect(readMailDraft(writeMailDraft(draft))).toEqual(draft);
  });

  it("is no draft at all when nothing was written or chosen", () => {
    expect(writeMailDraft(NO_MAIL)).toBe("");
    expect(readMailDraft("")).toEqual(NO_MAIL);
  });

  it("keeps a plain text of before, as text", () => {
    expect(readMailDraft("a <b>\nc").html).toBe("<div>a &lt;b&gt;</div><div>c</div>");
  });

  it.each(["parley-mail:{", "parley-mail:[]", "parley-mail:null", 'parley-mail:{"html":5,"to":"x"}'])(
    "is empty rather than broken: %s",
    (text) => expect(readMailDraft(text)).toEqual(NO_MAIL),
  );
});

describe("what comes back into the composer", () => {
  it("stands before what has been written meanwhile", () => {
    const merged = mergeDraft(
      { ...NO_MAIL, html: "<div>new</div>", cc: ["x@y.example"] },
      { html: "<div>old</div>", to: ["a@b.example"] },
    );
    expect(merged.html).toBe("<div>old</div><div><br></div><div>new</div>");
    expect(merged.to).toEqual(["a@b.example"]);
    expect(merged.cc).toEqual(["x@y.example"]);
  });

  it("other recipients leave the text alone", () => {
    expect(mergeDraft({ ...NO_MAIL, html: "<div>a</div>" }, { to: ["a@b.example"] }).html).toBe("<div>a</div>");
  });
});

describe("markup", () => {
  it("no name of a file and no text becomes markup", () => {
    expect(pictureHtml({ id: 7, url: "/files/7/x/a.png", name: '"><script>' })).not.toContain("<script>");
    expect(textToHtml("<i>\n")).toBe("<div>&lt;i&gt;</div><div><br></div>");
  });
});
