// Each language says everything; every key used exists; no key is unused; no component carries bare words.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../apps/console/src/", import.meta.url));
/** All files of a language: `en.json` and those that come with single pages, `mail.en.json`. No group stands in two of them. */
function read(language) {
  const all = {};
  for (const name of readdirSync(join(root, "i18n/locales"))) {
    if (!name.endsWith(`${language}.json`)) continue;
    for (const [group, words] of Object.entries(JSON.parse(readFileSync(join(root, "i18n/locales", name), "utf8")))) {
      if (group in all) problems.push(`${group} stands in two files of ${language}`);
      all[group] = words;
    }
  }
  return all;
}
const problems = [];

function flatten(value, prefix = "", out = new Map()) {
  for (const [key, item] of Object.entries(value)) {
    const path = prefix ? `${prefix}.${key}` : key;
    if (typeof item === "string") out.set(path, item);
    else flatten(item, path, out);
  }
  return out;
}
const base = (key) => key.replace(/_(one|other)$/, "");
const en = flatten(read("en"));
const zh = flatten(read("zh"));
const enBase = new Set([...en.keys()].map(base));
const zhBase = new Set([...zh.keys()].map(base));
for (const key of enBase) if (!zhBase.has(key)) problems.push(`zh lacks ${key}`);
for (const key of zhBase) if (!enBase.has(key)) problems.push(`en lacks ${key}`);
for (const key of zh.keys()) if (key.endsWith("_one")) problems.push(`zh has no singular: ${key}`);
for (const key of en.keys())
  if (key.endsWith("_one") && !en.has(`${base(key)}_other`)) problems.push(`en lacks ${base(key)}_other`);
const marks = (text) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort().join();
for (const [key, text] of zh) {
  const twin = en.get(key) ?? en.get(`${base(key)}_other`) ?? en.get(base(key));
  if (twin !== undefined && marks(twin) !== marks(text)) problems.push(`different values in ${key}`);
  if (/[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]/.test(text))
    problems.push(`space missing between Han and Latin in zh ${key}: ${text}`);
}

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.tsx?$/.test(name) && !/\.test\./.test(name) ? [path] : [];
  });
}
const sources = files(root).map((path) => [path.slice(root.length), readFileSync(path, "utf8")]);
const all = sources.map(([, text]) => text).join("\n");
for (const [path, text] of sources) {
  for (const [, key] of text.matchAll(/\bt\(\s*"([^"]+)"/g))
    if (!enBase.has(key)) problems.push(`${path}: no words for ${key}`);
  if (!path.endsWith(".tsx")) continue;
  const bare = text.replace(/\{\/\*[\s\S]*?\*\/\}/g, "").replace(/\/\/.*$/gm, "");
  const inTags = [...bare.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)*)\s*<\//g)].map((match) => match[1]);
  const inProps = [...bare.matchAll(/\b(?:label|title|placeholder|alt|aria-label)="([^"]*[A-Za-z]{3,}[^"]*)"/g)].map(
    (match) => match[1],
  );
  for (const word of [...inTags, ...inProps]) {
    if (!["Ctrl", "Esc", "Parley", "English"].includes(word)) problems.push(`${path}: bare words "${word}"`);
  }
}
// A key counts as used when the code names it, or builds it from a prefix: `event.assigned_${reason}`.
const built = [...all.matchAll(/`([a-z]+(?:\.[a-z_]*)?)\$\{/g)].map((match) => match[1]);
for (const key of enBase) {
  if (!all.includes(`"${key}"`) && !built.some((prefix) => key.startsWith(prefix))) problems.push(`nobody says ${key}`);
}
for (const problem of problems) console.error(problem);
console.log(`${enBase.size} keys in two languages, ${problems.length} problems`);
process.exitCode = problems.length ? 1 : 0;
