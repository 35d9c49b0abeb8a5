// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { pasteOf } from "./paste";

const png = new File(["x"], "image.png", { type: "image/png" });

function clipboard(texts: Record<string, string>, files: File[] = []) {
  const types = [...Object.keys(texts), ...(files.length > 0 ? ["Files"] : [])];
  return { types, files, getData: (type: string) => texts[type] ?? "" };
}

describe("what is on the clipboard", () => {
  it("is a picture: copied in a browser, where HTML of a foreign address stands beside it", () => {
    const html = '<meta charset="utf-8"><img src="https://shop.example/kettle.png" alt="The kettle">';
    expect(pasteOf(clipboard({ "text/html": html }, [png]))).toEqual({ kind: "files", files: [png] });
    const linked = `<html><body>\n<!--StartFragment--><a href="https://a.example">${html}</a><!--EndFragment-->\n</body></html>`;
    expect(pasteOf(clipboard({ "text/html": linked }, [png])).kind).toBe("files");
  });

  it("is a picture: of the screen, or a file", () => {
    const pdf = new File(["x"], "a.pdf", { type: "application/pdf" });
    expect(pasteOf(clipboard({}, [png]))).toEqual({ kind: "files", files: [png] });
    expect(pasteOf(clipboard({ "text/plain": "a.pdf" }, [pdf]))).toEqual({ kind: "files", files: [pdf] });
  });

  it("is text, though Word and Excel bring a picture of it, too", () => {
    const word = `<html xmlns:o="urn:x"><head><style>p.MsoNormal{margin:0}</style></head><body><p class="MsoNormal">Hello</p></body></html>`;
    const cells = "<table><tr><td>12</td><td>7</td></tr></table>";
    for (const html of [word, cells]) {
      const all = { "text/html": html, "text/plain": "Hello", "text/rtf": "{\\rtf1}" };
      expect(pasteOf(clipboard(all, [png]))).toEqual({ kind: "html", html });
      // Also without the other forms, by which the editor alone would know.
      expect(pasteOf(clipboard({ "text/html": html }, [png]))).toEqual({ kind: "html", html });
    }
  });

  it("is a picture out of Word: what it wraps around it says nothing", () => {
    const html = `<html><head><style>p{margin:0}</style><title>Doc</title></head><body><p class="MsoNormal"><img src="file:///C:/x.png"><o:p>&nbsp;</o:p></p></body></html>`;
    expect(pasteOf(clipboard({ "text/html": html, "text/rtf": "{\\rtf1}" }, [png])).kind).toBe("files");
  });

  it("is none of our business without files", () => {
    expect(pasteOf(clipboard({ "text/html": "<b>Hi</b>", "text/plain": "Hi" }))).toEqual({ kind: "editor" });
  });
});
