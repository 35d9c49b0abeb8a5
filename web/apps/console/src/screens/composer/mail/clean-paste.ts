import { parseHtml } from "../../mail/html-text";

/**
 * What is pasted or taken from a draft, rebuilt from its tree with nothing but what the editor itself can make: text,
 * the six formats, lists, quotes, links, code, tables, and pictures that are uploaded. No style, class or id survives.
 */

const DROPPED = new Set("SCRIPT STYLE META TITLE LINK XML TEMPLATE NOSCRIPT IFRAME OBJECT SVG MATH HEAD".split(" "));
const RENAMED: Record<string, string> = {
  STRONG: "b",
  EM: "i",
  STRIKE: "s",
  DEL: "s",
  INS: "u",
  KBD: "code",
  TT: "code",
};
const KEPT = new Set("B I U S CODE PRE BLOCKQUOTE UL OL LI BR DIV TABLE THEAD TBODY TFOOT TR TD TH".split(" "));
const HEADING = /^H[1-6]$/;
const BLOCK = /^(?:P|DIV|UL|OL|LI|BLOCKQUOTE|PRE|TABLE|H[1-6])$/;
const LINK = /^(?:https?:|mailto:|tel:)/i;

interface Styles {
  b: boolean;
  i: boolean;
  u: boolean;
  s: boolean;
}

function stylesOf(element: Element): Styles {
  const style = element.getAttribute("style") ?? "";
  const value = (name: string) => new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]*)`, "i").exec(style)?.[1] ?? "";
  const weight = value("font-weight");
  const line = value("text-decoration(?:-line)?");
  return {
    b: /^bold/i.test(weight) || Number.parseInt(weight, 10) >= 600,
    i: /^(?:italic|oblique)/i.test(value("font-style")),
    u: /underline/i.test(line) && element.tagName !== "A",
    s: /line-through/i.test(line),
  };
}

/** Some programs wrap everything in a bold that says it is not bold. */
function isUndone(element: Element): boolean {
  const style = element.getAttribute("style") ?? "";
  return /^(?:B|STRONG)$/.test(element.tagName) && /(?:^|;)\s*font-weight\s*:\s*(?:normal|400)/i.test(style);
}

function shellFor(element: Element, page: Document): HTMLElement | null {
  const { tagName } = element;
  if (isUndone(element)) return null;
  if (tagName === "A") {
    const href = element.getAttribute("href") ?? "";
    if (!LINK.test(href)) return null;
    const link = page.createElement("a");
    link.setAttribute("href", href);
    return link;
  }
  if (tagName === "P" || HEADING.test(tagName)) return page.createElement("div");
  const renamed = RENAMED[tagName];
  if (renamed) return page.createElement(renamed);
  if (!KEPT.has(tagName)) return null;
  const shell = page.createElement(tagName.toLowerCase());
  for (const name of ["colspan", "rowspan"]) {
    const span = Number(element.getAttribute(name));
    if (span > 1 && span < 100) shell.setAttribute(name, String(span));
  }
  return shell;
}

function picture(element: Element, page: Document): HTMLElement | null {
  const id = element.getAttribute("data-attachment-id") ?? "";
  const source = element.getAttribute("src") ?? "";
  if (!/^\d+$/.test(id) || !source.startsWith("/files/")) return null;
  const image = page.createElement("img");
  image.setAttribute("src", source);
  image.setAttribute("data-attachment-id", id);
  image.setAttribute("alt", element.getAttribute("alt") ?? "");
  return image;
}

/** Paragraphs of web pages stand apart by their margins, which go; a blank line takes their place. */
function standsApart(element: Element): boolean {
  if (element.tagName !== "P" || /\bMso/.test(element.className)) return false;
  return !/margin(?:-bottom)?\s*:\s*0/i.test(element.getAttribute("style") ?? "");
}

function build(element: Element, into: HTMLElement, page: Document): void {
  const shell = shellFor(element, page);
  let inner: HTMLElement = shell ?? into;
  if (shell) into.append(shell);
  const styles = stylesOf(element);
  const isBold = styles.b || HEADING.test(element.tagName);
  for (const [tag, isOn] of Object.entries({ ...styles, b: isBold })) {
    if (!isOn || inner.tagName.toLowerCase() === tag) continue;
    const format = page.createElement(tag);
    inner.append(format);
    inner = format;
  }
  copy(element, inner, page);
  if (shell && standsApart(element) && element.nextElementSibling) {
    const blank = page.createElement("div");
    blank.append(page.createElement("br"));
    into.append(blank);
  }
}

function copy(from: Element, into: HTMLElement, page: Document): void {
  const isPre = from.closest("pre") !== null;
  const hasBlocks = [...from.children].some((child) => BLOCK.test(child.tagName));
  for (const node of from.childNodes) {
    if (node.nodeType === 3) {
      const text = node.textContent ?? "";
      // White space between blocks is the writer's indentation, not text.
      if (isPre || !hasBlocks || text.trim() !== "") into.append(isPre ? text : text.replace(/[ \t\r\n]+/g, " "));
    } else if (node instanceof Element && !DROPPED.has(node.tagName) && !node.tagName.includes(":")) {
      if (node.tagName === "IMG") into.append(...[picture(node, page)].filter((one) => one !== null));
      else build(node, into, page);
    } else if (node instanceof Element && node.tagName.includes(":")) copy(node, into, page);
  }
}

const WORD_ITEM = /MsoListParagraph|mso-list\s*:\s*l\d/i;

function isWordItem(element: Element | null): element is Element {
  return !!element && WORD_ITEM.test(`${element.className} ${element.getAttribute("style") ?? ""}`);
}

/** Word writes lists as paragraphs that begin with a painted mark. */
function restoreWordLists(body: HTMLElement): void {
  const page = body.ownerDocument;
  for (const item of [...body.querySelectorAll("p")].filter(isWordItem)) {
    const mark = item.querySelector('[style*="mso-list:Ignore"],[style*="mso-list: Ignore"]');
    const painted = mark?.textContent ?? /^\s*(?:[·•o§-]|\w{1,3}[.)])\s+/u.exec(item.textContent ?? "")?.[0] ?? "";
    mark?.remove();
    const tag = /^\s*[\da-z]{1,3}[.)]/i.test(painted) ? "ol" : "ul";
    const before = item.previousElementSibling;
    const list = before?.tagName.toLowerCase() === tag ? before : page.createElement(tag);
    if (list !== before) item.before(list);
    const entry = page.createElement("li");
    entry.append(...item.childNodes);
    list.append(entry);
    item.remove();
  }
}

export function cleanHtml(html: string): string {
  // Word guards its painted marks with comments, and other programs mark where the clipboard's part begins.
  const body = parseHtml(html.replace(/<!--\[if !supportLists\]-->|<!--[\s\S]*?-->|<!\[(?:if|endif)[^\]]*\]>/gi, ""));
  restoreWordLists(body);
  const page = document.implementation.createHTMLDocument("");
  copy(body, page.body, page);
  return page.body.innerHTML;
}

/** What somebody types as a link: an address alone is one of mail, a host alone is one of the web. */
export function linkOf(typed: string): string | null {
  const text = typed.trim();
  if (LINK.test(text)) return text;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return `mailto:${text}`;
  if (/^[^\s/:]+\.[^\s/:]{2,}(?:[/?#:]\S*)?$/.test(text)) return `https://${text}`;
  return null;
}
