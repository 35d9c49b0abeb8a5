/** What the build does to the sources: styles, short names, words by number, one renderer for both scripts. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { readTokens, toPixels, withTokens } from "./styles.mjs";

/** Class names and properties begin with "w-" or "--"; tests and strings of other kinds never do. */
const CLASS = /(?<![\w-])w-[a-z]+(?:-[a-z]+)*/g;
const PROPERTY = /--[a-z][\w-]*/g;
const WORD = /\bwords\.(\w+)/g;
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Scripts that are loaded when they are needed, with the words that nobody else uses; see src/panel/lazy.ts. */
export const LAZY = ["rating", "files"];

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
  const used = (is) =>
    new Set(files.filter(([name]) => is(name)).flatMap(([, text]) => [...text.matchAll(WORD)].map((m) => m[1])));
  const isLazy = (name) => LAZY.includes(basename(name, ".ts"));
  const common = used((name) => !isLazy(name));
  const lists = { panel: Object.keys(words).filter((key) => common.has(key)) };
  for (const script of LAZY)
    lists[script] = [...used((name) => basename(name) === `${script}.ts`)].filter((key) => !common.has(key));
  return { classes: short(plain.match(CLASS) ?? []), properties: short(plain.match(PROPERTY) ?? []), lists };
}

const rename = (code, { classes, properties }) =>
  code
    .replace(CLASS, (name) => classes[name] ?? name)
    .replace(PROPERTY, (name) => (properties[name] ? `--${properties[name]}` : name));

/** The panel uses the renderer that the loader brought along. */
const LOADERS_DOM = "const [h, icon, patch] = window.Parley.bridge_.dom_; export { h, icon, patch };";

/** `words.send` -> `words[31]`, or `own[0]` in the script that is the only one to say it. */
function byNumber(code, id, { panel, [basename(id, ".ts")]: own = [] }) {
  return code.replace(WORD, (_, key) => {
    const [at, mine] = [panel.indexOf(key), own.indexOf(key)];
    if (at < 0 && mine < 0) throw new Error(`${id}: no word is called ${key}`);
    return at < 0 ? `own[${mine}]` : `words[${at}]`;
  });
}

export const joined = (keys, words) => JSON.stringify(keys.map((key) => words[key]).join("|"));

export function widgetPlugin({ names, words }) {
  return {
    name: "parley-widget",
    enforce: "pre",
    transform(code, id) {
      if (/\.css(\?|$)/.test(id)) {
        const owner =
          { "launcher.css": ".w-frame", "panel.css": ".w-frame .w-panel" }[basename(id.split("?")[0])] ?? ".w-panel";
        return { code: rename(toPixels(withTokens(code, readTokens(), owner)), names), map: null };
      }
      if (id.endsWith("panel/dom.ts")) return { code: LOADERS_DOM, map: null };
      if (!id.endsWith(".ts")) return null;
      const script = basename(id, ".ts");
      const own = LAZY.includes(script)
        ? `const own = (window.Parley.bridge_.is_zh_ ? ${joined(names.lists[script], words.zh)} : ${joined(names.lists[script], words.en)}).split("|");\n`
        : "";
      return { code: own + rename(byNumber(code, id, names.lists), names), map: null };
    },
  };
}
