import type { Agent } from "../core/wire";
import { words } from "../host";
import { h, icon, type Kids, type VNode } from "./dom";
import { initial } from "./format";
import { go, HOME, setOpen } from "./store";

export const CLIP = "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3 3 0 0 1 5 5l-8 8a1 1 0 0 1-2-2l7-7";
export const DOWN = "M6 9.5l6 6 6-6";
export const SEND = "M4 12l16-8-5.5 16-3-6.5zM11.5 13.5L20 4";
export const X = "M6 6l12 12M18 6L6 18";
export const CIRCLE = "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M12 7";
export const ALERT = `${CIRCLE}.5v5.5M12 16.2v.1`;

export type More = Record<string, unknown>;

/** `what`: "#data-testid class". */
export const button = (what: string, kids: Kids, onclick: (() => void) | null, more?: More): VNode =>
  h(`button${what}`, kids, { type: "button", onclick, ...more });

export const iconButton = (what: string, label: string, path: string, onclick: () => void): VNode =>
  button(`${what} w-icon`, icon(path), onclick, { "aria-label": label });

export const unseen = (text: string): VNode => h("span w-sr", text);

export const cut = (tag: string, text: string): VNode => h(`${tag} w-cut`, text, { title: text });

export const closeButton = (path: string): VNode => iconButton("#close", words.close, path, () => setOpen(false));

export const face = ({ name, is_online }: Agent): VNode =>
  h("span w-face", [
    h("span", initial(name), { "aria-hidden": "true" }),
    is_online && h("i w-dot", 0, { role: "img", "aria-label": words.isHere }),
  ]);

export const header = (title: string, hint: string, agent?: Agent | null): VNode =>
  h("div w-head", [
    iconButton("#back", words.back, "M14.5 6l-6 6 6 6", () => go(HOME)),
    agent && face(agent),
    h("div w-grow", [cut("h2", title), cut("small", hint)]),
    closeButton(DOWN),
  ]);

export const by = (): VNode => h("small w-by", [words.by, h("b", "Parley")]);

export const link = (name: string, href: string, kids: Kids): VNode =>
  h(`a ${name}`, [kids, unseen(words.newWindow)], { href, target: "_blank", rel: "noreferrer nofollow" });

/** Text with its links as elements. Nothing a customer or an agent writes is ever read as HTML. */
export const linked = (text: string): Kids =>
  text
    // Of the Chinese marks none belongs to an address.
    .split(/(https?:\/\/[^\s<>"'\u2018-\u201d\u3000-\u303f\uff00-\uff1f]+)/i)
    .map((part, index) => {
      if (!(index % 2)) return part;
      const [url] = /.*[^.,;:!?)\]}]/.exec(part) as unknown as [string];
      return [link("", url, url), part.slice(url.length)];
    });

/** A field's text, as the screens keep it. */
export const typed =
  (keep: (value: string) => void) =>
  ({ target }: { target: { value: string } }) =>
    keep(target.value);
