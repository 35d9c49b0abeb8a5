import DOMPurify, { type Config } from "dompurify";

/** Elements that do something, or bring style sheets and vector scripts; the server has taken them away once already. */
const FORBIDDEN_TAGS = [
  ..."style link meta base form input button textarea select option iframe frame object embed svg math".split(" "),
  ..."audio video source track picture dialog template slot noscript".split(" "),
];
const FORBIDDEN_ATTRIBUTES = "id name srcset background ping formaction action poster autofocus tabindex".split(" ");
const LINK = /^(?:https?:|mailto:|tel:)/i;
const OWN_FILE = /^\/files\/[\w./%~-]+$/;
const DATA_IMAGE = /^data:image\/(?:png|gif|jpe?g|webp);base64,/i;

/** What the sieve cannot know: where links may lead, what may load, and that nothing leaves its place. */
export function guardTree(root: ParentNode): void {
  for (const link of root.querySelectorAll("a")) guardLink(link);
  for (const image of root.querySelectorAll("img")) guardImage(image);
  for (const element of root.querySelectorAll("[style]")) guardStyle(element);
}

function guardLink(link: Element): void {
  const href = link.getAttribute("href") ?? "";
  if (!LINK.test(href)) link.removeAttribute("href");
  else {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer nofollow");
    // The words of a link may say another address than it has.
    link.setAttribute("title", href);
  }
}

/** A picture from elsewhere waits in `data-remote-src`; one of a point or two is there to tell who reads, and goes. */
function guardImage(image: Element): void {
  const source = image.getAttribute("src");
  if (source !== null && !OWN_FILE.test(source) && !DATA_IMAGE.test(source)) {
    image.removeAttribute("src");
    if (/^https?:/i.test(source)) image.setAttribute("data-remote-src", source);
  }
  const remote = image.getAttribute("data-remote-src");
  if (remote !== null && !/^https?:/i.test(remote)) image.removeAttribute("data-remote-src");
  const isPoint = ["width", "height"].some((side) => {
    const value = image.getAttribute(side);
    return value !== null && Number.parseFloat(value) <= 2;
  });
  if (isPoint && image.hasAttribute("data-remote-src")) image.remove();
  image.setAttribute("referrerpolicy", "no-referrer");
}

/** Nothing is loaded by style, and nothing leaves its place in the text. */
function guardStyle(element: Element): void {
  const written = element.getAttribute("style");
  if (written === null) return;
  const kept = written
    .split(";")
    .filter((line) => !/url\s*\(|image-set|expression|position\s*:|z-index|\\|@import/i.test(line))
    .join(";");
  if (kept !== written) element.setAttribute("style", kept);
}

function sieve(html: string, attribute: string): DocumentFragment {
  const config: Config = {
    USE_PROFILES: { html: true },
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
    ADD_ATTR: ["target", attribute],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
  };
  const tree = DOMPurify.sanitize(html, { ...config, RETURN_DOM_FRAGMENT: true });
  guardTree(tree);
  return tree;
}

/** A stranger's HTML for the sandboxed frame: the second of two sieves, the server's being the first. */
export function sanitizeMail(html: string): string {
  const tree = sieve(html, "data-remote-src");
  // In the sieve's own document, where nothing loads.
  const shell = (tree.ownerDocument ?? document).createElement("div");
  shell.append(tree);
  return shell.innerHTML;
}

/** The same for what stands in the editor: a fragment of this document. */
export function sanitizeDraft(html: string): DocumentFragment {
  return sieve(html, "data-attachment-id");
}

const LENGTH = /^\s*(\d{1,5}(?:\.\d+)?)(%|px)?\s*$/;

/** A box with the words and the size of a picture that is not loaded: browsers would paint the sign of a broken one. */
function placeholderOf(image: Element): Element {
  const box = image.ownerDocument.createElement("span");
  const words = image.getAttribute("alt") ?? "";
  const sides = ["width", "height"].flatMap((side) => {
    const [, length, unit = "px"] = LENGTH.exec(image.getAttribute(side) ?? "") ?? [];
    // A share of a height that nobody has said is nothing.
    return length === undefined || (side === "height" && unit === "%") ? [] : [`${side}:${length}${unit}`];
  });
  box.setAttribute("data-blocked", "");
  if (words !== "") box.setAttribute("role", "img");
  box.setAttribute(words === "" ? "aria-hidden" : "aria-label", words || "true");
  box.setAttribute("style", [...sides, image.getAttribute("style") ?? ""].filter(Boolean).join(";"));
  box.textContent = words;
  return box;
}

/** Puts a neutral box in the place of each picture from elsewhere. */
export function withPlaceholders(html: string): string {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const image of body.querySelectorAll("img[data-remote-src]:not([src])")) image.replaceWith(placeholderOf(image));
  return body.innerHTML;
}

/** Puts the pictures from elsewhere in place: only when the agent has asked for them. The console loads nothing over an open line. */
export function withRemoteImages(html: string): string {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const image of body.querySelectorAll("img[data-remote-src]")) {
    image.setAttribute("src", (image.getAttribute("data-remote-src") ?? "").replace(/^http:/i, "https:"));
    image.removeAttribute("data-remote-src");
  }
  return body.innerHTML;
}
