// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { frameDocument } from "./frame-document";
import { guardTree, withPlaceholders, withRemoteImages } from "./sanitize";

/** Without the sieve before it, which works in a real browser only. */
function guarded(html: string): string {
  const root = document.createElement("div");
  root.innerHTML = html;
  guardTree(root);
  return root.innerHTML;
}

describe("a stranger's HTML", () => {
  it.each(["javascript:alert(1)", "data:text/html,x", "/console/settings", "#top", "vbscript:x"])(
    "no link to %s",
    (href) => expect(guarded(`<a href="${href}">x</a>`)).toBe("<a>x</a>"),
  );

  it("opens links in a page of their own and shows where they go", () => {
    const html = guarded('<a href="https://a.example/x" target="_top">your bank</a>');
    expect(html).toContain('target="_blank"');
    expect(html).toContain("noopener");
    expect(html).toContain('title="https://a.example/x"');
  });

  it("loads nothing from elsewhere: not by src, not by style", () => {
    const html = guarded(
      '<img src="https://a.example/p.png"><div style="color:red;background:url(https://a.example/b.png)">x</div>',
    );
    expect(html).not.toMatch(/ src=/);
    expect(html).toContain('data-remote-src="https://a.example/p.png"');
    expect(html).not.toContain("b.png");
    expect(html).toContain("color:red");
  });

  it("keeps our own files and small pictures that came inside", () => {
    const html = guarded('<img src="/files/7/abc/photo.png"><img src="data:image/png;base64,AAAA">');
    expect(html.match(/ src=/g)).toHaveLength(2);
  });

  it("shows pictures from elsewhere when asked, but never a tracker", () => {
    const html = guarded(
      '<img data-remote-src="https://a.example/p.png"><img width="1" height="1" data-remote-src="https://a.example/t.gif">',
    );
    expect(withRemoteImages(html)).toContain('src="https://a.example/p.png"');
    expect(withRemoteImages(html)).not.toContain("t.gif");
    // The page they stand in lets none in over an open line.
    const old = guarded('<img data-remote-src="http://a.example/p.png">');
    expect(withRemoteImages(old)).toContain('src="https://a.example/p.png"');
  });
});

describe("a picture that is not loaded", () => {
  const boxOf = (image: string) => {
    const root = document.createElement("div");
    root.innerHTML = withPlaceholders(guarded(image));
    return root.firstElementChild;
  };
  it("is a box with its words and its size", () => {
    const box = boxOf('<img src="https://a.example/p.png" alt="Our kettles" width="400" height="120">');
    expect(box?.tagName).toBe("SPAN");
    expect(box?.textContent).toBe("Our kettles");
    expect(box?.getAttribute("aria-label")).toBe("Our kettles");
    expect(box?.getAttribute("style")).toBe("width:400px;height:120px");
  });
  it("says nothing where it had no words, and fills the line where it did", () => {
    const box = boxOf('<img src="https://a.example/p.png" width="100%" height="50%" style="display:block">');
    expect(box?.getAttribute("aria-hidden")).toBe("true");
    expect(box?.getAttribute("style")).toBe("width:100%;display:block");
  });
  it("takes no words for markup, and no size for a style", () => {
    const box = boxOf(
      '<img src="https://a.example/p.png" alt="&lt;b&gt;x&lt;/b&gt;" width="5;position:fixed" height="20px">',
    );
    expect(box?.innerHTML).toBe("&lt;b&gt;x&lt;/b&gt;");
    expect(box?.getAttribute("style")).toBe("height:20px");
  });
  it("stays a picture where it is ours", () => {
    expect(boxOf('<img src="/files/7/abc/photo.png" alt="x">')?.tagName).toBe("IMG");
  });
});

describe("the frame's document", () => {
  const look = { isDark: true, isPaper: false, text: "#eee", link: "#9cf", line: "#555", fontFamily: "sans-serif" };
  it("allows remote pictures only when asked for, and never a script", () => {
    expect(frameDocument("x", look, "https://desk.example", false)).toContain("img-src https://desk.example data:;");
    expect(frameDocument("x", look, "https://desk.example", true)).toContain("data: https:;");
    expect(frameDocument("x", look, "https://desk.example", true)).toContain("default-src 'none'");
  });
  it("is white paper when the mail brings its own colours", () => {
    expect(frameDocument("x", { ...look, isPaper: true }, "", false)).toContain("background:#fff");
  });
});
