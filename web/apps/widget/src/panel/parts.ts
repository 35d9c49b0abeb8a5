import type { Agent } from "../core/wire";
import { bridge, words } from "../host";
import { h, icon, type Kids, type VNode } from "./dom";
import { initials } from "./format";
import { go, HOME } from "./store";

export const CLIP =
  "M19.5 11.5l-7.8 7.8a4.5 4.5 0 0 1-6.4-6.4l8-8a3 3 0 0 1 4.3 4.3l-7.9 7.9a1.5 1.5 0 0 1-2.2-2.1l7.2-7.2";
export const DOWN = "M6 9.5l6 6 6-6";
export const SEND = "M4 12l16-8-5.5 16-3-6.5zM11.5 13.5L20 4";
export const X = "M6 6l12 12M18 6L6 18";
export const CIRCLE = "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M12 7";

export type More = Record<string, unknown>;

/** `what`: "#data-testid class". */
export const button = (what: string, kids: Kids, onclick: (() => void) | null, more?: More): VNode =>
  h(`button${what}`, kids, { type: "button", onclick, ...more });

export const iconButton = (what: string, label: string, path: string, onclick: () => void): VNode =>
  button(`${what} w-icon`, icon(path), onclick, { "aria-label": label });

export const unseen = (text: string): VNode => h("span w-sr", text);

export const cut = (tag: string, text: string): VNode => h(`${tag} w-cut`, text, { title: text });

export const closeButton = (path: string): VNode => iconButton("#close", words.close, path, bridge.close_);

export const face = ({ name, is_online }: Agent): VNode =>
  h("span w-face", [
    h("span", initials(name), { "aria-hidden": "true" }),
    h(is_online ? "i w-dot" : "i w-dot w-off", 0, {
      role: "img",
      "aria-label": is_online ? words.isHere : words.isAway,
    }),
  ]);

export const header = (title: string, hint: string, agent?: Agent | null): VNode =>
  h("div w-head", [
    iconButton("#back", words.back, "M14.5 6l-6 6 6 6", () => go(HOME)),
    agent && face(agent),
    h("div w-grow", [cut("h2", title), cut("small", hint)]),
    closeButton(DOWN),
  ]);

export function by(): VNode {
  const [before, after] = words.by.split("~");
  return h("small w-by", [before, h("b", "Parley"), after]);
}

export const link = (name: string, href: string, kids: Kids): VNode =>
  h(`a ${name}`, [kids, unseen(words.newWindow)], { href, target: "_blank", rel: "noopener noreferrer nofollow" });

/** Text with its links as elements. Nothing a customer or an agent writes is ever read as HTML. */
export const linked = (text: string): Kids =>
  text
    // Of the Chinese marks none belongs to an address.
    .split(/(https?:\/\/[^\s<>"'\u2018-\u201d\u3000-\u303f\uff00-\uff1f]+)/i)
    .map((part, index) => {
      if (!(index % 2)) return part;
      const [url = ""] = /.*[^.,;:!?)\]}]/.exec(part) ?? [];
      return [link("", url, url), part.slice(url.length)];
    });

/** A field's text, as the screens keep it. */
export const typed =
  (keep: (value: string) => void) =>
  ({ target }: { target: { value: string } }) =>
    keep(target.value);
