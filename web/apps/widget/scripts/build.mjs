/**
 * dist/widget.js (loader), dist/panel.js, two parts of it that come later, and a file of words for each language: classic
 * scripts without dependencies. `node scripts/build.mjs [folder]` builds into another folder.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, minifySync } from "vite";
import { joined, LAZY, shortNames, widgetPlugin } from "./plugin.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = resolve(process.argv[2] ?? `${root}dist`);
// The floor is set by light-dark(); lower targets would rewrite it.
const TARGET = ["chrome123", "firefox120", "safari17.5"];

/** A page or server without a charset would turn anything else into garbage. All of it stands in string literals. */
const ascii = (code) =>
  code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

async function bundle(entry, plugins) {
  const [{ output }] = await build({
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

/** Names that end in "_" are ours alone; the scripts must agree about what becomes of them, hence one cache. */
function squeeze(code, cache) {
  // A classic script has nobody to export to; tests do.
  const result = minifySync("out.js", code.replace(/^export \{[^}]*\};?$/m, ""), {
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
const entries = { widget: "src/loader/index.ts", panel: "src/panel/index.ts" };
for (const script of LAZY) entries[script] = `src/panel/${script}.ts`;

const out = {};
const cache = {};
for (const [name, entry] of Object.entries(entries))
  out[name] = squeeze(await bundle(entry, [widgetPlugin({ names, words })]), cache);
for (const locale of Object.keys(words)) out[locale] = `Parley.words=${joined(names.lists.panel, words[locale])}`;

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
for (const [name, code] of Object.entries(out)) writeFileSync(`${dist}/${name}.js`, ascii(code));

// The server sends these as they are. zopfli's are 2 % smaller than those of gzip -9; a machine without it builds as well.
const files = Object.keys(out).map((name) => `${dist}/${name}.js`);
if (spawnSync("zopfli", ["--i30", ...files]).status !== 0)
  for (const file of files) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
