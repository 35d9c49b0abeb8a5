// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { mailForm, plainForm } from "./draft-forms";
import { NO_MAIL, readMailDraft, writeMailDraft } from "./mail-draft";

const mail = writeMailDraft({ ...NO_MAIL, html: "<div>Hi <b>Sofia</b></div>", cc: ["p@a.example"], subject: "Kettle" });

describe("a draft that changes its channel", () => {
  it("keeps the text, line by line", () => {
    const text = "Hi <Sofia>\n\nit is on its way";
    const asMail = mailForm(text, null);
    expect(readMailDraft(asMail).html).toBe("<div>Hi &lt;Sofia&gt;</div><div><br></div><div>it is on its way</div>");
    expect(plainForm(asMail, null)).toBe(text);
  });

  it("is left alone when it has that form already", () => {
    expect(plainForm("Hi", null)).toBe("Hi");
    expect(mailForm(mail, null)).toBe(mail);
  });

  it("of nothing is nothing", () => {
    expect(mailForm("", null)).toBe("");
    expect(plainForm("", null)).toBe("");
  });

  it("gets its formats back when nothing was written meanwhile", () => {
    const plain = plainForm(mail, null);
    expect(plain).toBe("Hi Sofia");
    expect(mailForm(plain, { plain, mail })).toBe(mail);
    expect(plainForm(mail, { plain: "  Hi Sofia", mail })).toBe("  Hi Sofia");
  });

  it("keeps recipients and subject when something was", () => {
    expect(readMailDraft(mailForm("Hello", { plain: "Hi Sofia", mail }))).toMatchObject({
      html: "<div>Hello</div>",
      cc: ["p@a.example"],
      subject: "Kettle",
    });
    const emptied = readMailDraft(mailForm("", { plain: "Hi Sofia", mail }));
    expect(emptied).toMatchObject({ html: "", subject: "Kettle" });
  });
});
