/** Between the two forms of a text. Everything here only reads: no markup ever reaches the page from these functions. */

const BLOCKS = new Set(
  "ADDRESS ARTICLE BLOCKQUOTE DD DIV DL DT FIGURE H1 H2 H3 H4 H5 H6 HR LI OL P PRE SECTION TABLE TR UL".split(" "),
);

export function parseHtml(html: string): HTMLElement {
  return new DOMParser().parseFromString(html, "text/html").body;
}

class Lines {
  private readonly done: string[] = [];
  private line = "";
  private hasLine = false;

  add(text: string): void {
    this.line += this.line === "" ? text.replace(/^\s+/, "") : text;
    if (this.line !== "") this.hasLine = true;
  }
  /** A line is ended; an empty one only when asked for. */
  end(isForced = false): void {
    if (this.hasLine || isForced) this.done.push(this.line.replace(/[ \t]+$/, ""));
    this.line = "";
    this.hasLine = false;
  }
  all(): string[] {
    this.end();
    return this.done;
  }
}

function linkText(link: Element, text: string): string {
  const href = link.getAttribute("href") ?? "";
  const bare = href.replace(/^mailto:/i, "");
  return !href || bare === text || bare.replace(/\/$/, "") === text ? text : `${text} <${href}>`;
}

function prefixed(lines: string[], first: string, rest: string): string[] {
  return lines.map((line, index) => (index === 0 ? first : rest) + line);
}

function childLines(node: Node): string[] {
  const lines = new Lines();
  walk(node, lines);
  return lines.all();
}

function itemPrefix(item: Element): string {
  const list = item.parentElement;
  if (list?.tagName !== "OL") return "- ";
  return `${[...list.children].indexOf(item) + 1}. `;
}

function walkElement(element: Element, lines: Lines): void {
  const tag = element.tagName;
  if (tag === "BR") lines.end(true);
  else if (tag === "IMG") lines.add(element.getAttribute("alt") ? `[${element.getAttribute("alt")}]` : "");
  else if (tag === "A") lines.add(linkText(element, (element.textContent ?? "").trim()));
  else if (BLOCKS.has(tag)) {
    lines.end();
    const inner = childLines(element);
    const first = tag === "LI" ? itemPrefix(element) : tag === "BLOCKQUOTE" ? "> " : "";
    const rest = tag === "LI" ? " ".repeat(first.length) : first;
    for (const line of prefixed(inner, first, rest)) {
      lines.add(line);
      lines.end(true);
    }
  } else walk(element, lines);
}

function walk(node: Node, lines: Lines): void {
  for (const child of node.childNodes) {
    if (child.nodeType === 3)
      lines.add((child.textContent ?? "").replace(/[\u200b\ufeff]/g, "").replace(/[ \t\r\n]+/g, " "));
    else if (child.nodeType === 1 && child.parentElement) {
      const element = [...child.parentElement.children].find((one) => one === child);
      if (element) walkElement(element, lines);
    }
  }
}

/** The plain text of what the editor made: lines, lists with their marks, quotes with `>`, links with their address. */
export function htmlToText(html: string): string {
  return childLines(parseHtml(html))
    .join("\n")
    .replace(/\u00a0/g, " ")
    .trim();
}

/** Nothing to read and nothing to see. */
export function isBlankHtml(html: string): boolean {
  return html === "" || (isBlankText(html) && !parseHtml(html).querySelector("img"));
}

/** Nothing to read, whatever there is to see. */
export function isBlankText(html: string): boolean {
  const body = parseHtml(html);
  for (const unread of body.querySelectorAll("style, script, title, template")) unread.remove();
  return (body.textContent ?? "").replace(/[\s\u200b\ufeff]/g, "") === "";
}

/** Attachment ids of the pictures inside a text, in its order. */
export function inlineIds(html: string): number[] {
  const images = parseHtml(html).querySelectorAll("img[data-attachment-id]");
  const ids = [...images].map((image) => Number(image.getAttribute("data-attachment-id")));
  return [...new Set(ids.filter((id) => Number.isInteger(id) && id > 0))];
}

const STYLES: readonly [string, string][] = [
  ["blockquote", "margin:0 0 0 0.8ex;border-left:2px solid #c4c7cf;padding-left:1ex"],
  ["pre", "font-family:Consolas,Menlo,monospace;white-space:pre-wrap"],
  ["code", "font-family:Consolas,Menlo,monospace"],
  ["img", "max-width:100%;height:auto"],
];

/** Looks that mail programs keep are written on the elements themselves: most drop style sheets. No colours of text or ground. */
export function finishHtml(html: string): string {
  const body = parseHtml(html);
  for (const [selector, style] of STYLES) {
    for (const element of body.querySelectorAll(selector)) element.setAttribute("style", style);
  }
  return body.innerHTML;
}
