/** What the build does to the sources: styles, short names, words by number, one renderer for both scripts. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { readTokens, toPixels, withTokens } from "./styles.mjs";

/** Class names and properties begin with "w-" or "--"; tests and strings of other kinds never do. */
const CLASS = /(?<![\w-])w-[a-z]+(?:-[a-z]+)*/g;
const PROPERTY = /--[a-z][\w-]*/g;
const WORD = /\bwords\.(\w+)/g;
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
function short(found) {
  const uses = new Map();
  for (const name of found) uses.set(name, (uses.get(name) ?? 0) + 1);
  const names = [...uses].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const letters = (at) => (at < 52 ? LETTERS[at] : LETTERS[at % 52] + LETTERS[Math.floor(at / 52) - 1]);
  return Object.fromEntries(names.map(([name], at) => [name, letters(at)]));
}

/** One letter for each class and property, the same in all scripts, which share a shadow root; a number for each word. */
export function shortNames(folder, words) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /(?<!test)\.(ts|css)$/.test(name));
  const files = names.sort().map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]);
  const plain = files.map(([, text]) => text.replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, "")).join("\n");
  const used = new Set([...plain.matchAll(WORD)].map(([, key]) => key));
  return {
    classes: short(plain.match(CLASS) ?? []),
    properties: short(plain.match(PROPERTY) ?? []),
    list: Object.keys(words).filter((key) => used.has(key)),
  };
}

const rename = (code, { classes, properties }) =>
  code
    .replace(CLASS, (name) => classes[name] ?? name)
    .replace(PROPERTY, (name) => (properties[name] ? `--${properties[name]}` : name));

/** The panel uses the renderer that the loader brought along. */
const LOADERS_DOM = "const [h, icon, patch] = window.Parley.bridge_.dom_; export { h, icon, patch };";

/** `words.send` -> `words[31]`. */
function byNumber(code, id, list) {
  return code.replace(WORD, (_, key) => {
    const at = list.indexOf(key);
    if (at < 0) throw new Error(`${id}: no word is called ${key}`);
    return `words[${at}]`;
  });
}

/** A sheet with those it imports, so that all of them share their tokens. */
const withImports = (code, folder) =>
  code.replace(/@import "(.*?)";/g, (_, name) => readFileSync(`${folder}/${name}`, "utf8"));

export const joined = (keys, words) => JSON.stringify(keys.map((key) => words[key]).join("|"));

export function widgetPlugin(names) {
  return {
    name: "parley-widget",
    enforce: "pre",
    transform(code, id) {
      if (/\.css(\?|$)/.test(id)) {
        const [path] = id.split("?");
        const owner = basename(path) === "styles.css" ? ".w-frame .w-panel" : ".w-frame";
        const sheet = withImports(code, dirname(path));
        return { code: rename(toPixels(withTokens(sheet, readTokens(), owner)), names), map: null };
      }
      if (id.endsWith("panel/dom.ts")) return { code: LOADERS_DOM, map: null };
      if (!id.endsWith(".ts")) return null;
      return { code: rename(byNumber(code, id, names.list), names), map: null };
    },
  };
}
