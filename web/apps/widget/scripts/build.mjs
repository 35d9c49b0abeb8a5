/**
 * dist/widget.js (loader) and, marked with the build, the panel and a file of words for each language: classic scripts
 * without dependencies. `node scripts/build.mjs [folder]` builds into another folder.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build as bundleWith, minifySync, parseAst } from "vite";
import { joined, shortNames, widgetPlugin } from "./plugin.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = resolve(process.argv[2] ?? `${root}dist`);
// The floor is set by light-dark(); lower targets would rewrite it.
const TARGET = ["chrome123", "firefox120", "safari17.5"];

/** A page or server without a charset would turn anything else into garbage. All of it stands in string literals. */
const ascii = (code) =>
  code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A byte order mark says the same with fewer bytes where most of a file is not ASCII; it outranks what a server says. */
const marked = (code) => (/[^\0-\x7f]/.test(code) ? `\ufeff${code}` : code);

async function bundle(entry, plugins) {
  const [{ output }] = await bundleWith({
    root,
    configFile: false,
    logLevel: "warn",
    plugins,
    build: {
      write: false,
      minify: false,
      cssMinify: "lightningcss",
      target: TARGET,
      cssTarget: TARGET,
      lib: { entry, formats: ["es"], fileName: "out" },
    },
  });
  return output[0].code;
}

/**
 * Every function declared at the top becomes an arrow in front of everything else, where declarations are hoisted to
 * anyway: one form for all functions packs better than two. None of ours uses `this` or `arguments`. Plain constants
 * (NAMES in capitals) come before them, so that they can be written out where they are used.
 */
function arrows(code) {
  const [constants, functions, rest] = [[], [], []];
  const text = ({ start, end }) => code.slice(start, end);
  for (const node of parseAst(code).body) {
    const { id, init } = node.declarations?.length === 1 ? node.declarations[0] : node;
    if (node.type === "FunctionDeclaration") {
      const start = `${node.async ? "async " : ""}(${node.params.map(text).join()})`;
      functions.push(`const ${id.name} = ${start} => ${text(node.body)};`);
    } else if (init?.type === "ArrowFunctionExpression") functions.push(`const ${id.name} = ${text(init)};`);
    else if (init?.type === "Literal" && /^[A-Z]+$/.test(id.name)) constants.push(`const ${id.name} = ${text(init)};`);
    else rest.push(text(node));
  }
  return [...constants, ...functions, ...rest].join("\n");
}

/** Names that end in "_" are ours alone; the scripts must agree about what becomes of them, hence one cache. */
function squeeze(code, cache) {
  // A classic script has nobody to export to; tests do.
  const result = minifySync("out.js", arrows(code.replace(/^export \{[^}]*\};?$/m, "")), {
    module: true,
    compress: { target: TARGET, passes: 4 },
    mangle: { toplevel: true },
    mangleProps: { include: /[a-z]_$/, cache },
  });
  if (result.errors.length) throw new Error(result.errors[0].message);
  Object.assign(cache, result.mangleCache);
  return `(()=>{${result.code.trim().replace(/;$/, "")}})()`;
}

const { WORDS: words } = await import(
  `data:text/javascript,${encodeURIComponent(await bundle("src/panel/words.ts", []))}`
);
const names = shortNames(`${root}src`, words.en);

// The panel comes first, as it has the most names to shorten.
const out = {};
const cache = {};
for (const [name, entry] of [
  ["panel", "src/panel/index.ts"],
  ["widget", "src/loader/index.ts"],
])
  out[name] = ascii(squeeze(await bundle(entry, [widgetPlugin(names)]), cache));
for (const locale of Object.keys(words)) out[locale] = marked(`Parley.words=${joined(names.list, words[locale])}`);

// Scripts of one build agree about their names and bear its mark, so that no page ever mixes two of them.
const mark = createHash("sha256").update(JSON.stringify(out)).digest("hex").slice(0, 8);
const build = `assets/${mark}-`;
rmSync(dist, { recursive: true, force: true });
mkdirSync(`${dist}/assets`, { recursive: true });
const files = Object.entries(out).map(([name, code]) => {
  const file = `${dist}/${name === "widget" ? "" : build}${name}.js`;
  writeFileSync(file, code.replaceAll("__BUILD__", JSON.stringify(build)));
  return file;
});

// The server sends these as they are. zopfli's are 2 % smaller than those of gzip -9; a machine without it builds as well.
if (spawnSync("zopfli", ["--i200", ...files]).status !== 0)
  for (const file of files) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
