// Measures what the console loads before its first screen is usable, and fails when a budget is broken.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const KB = 1024;
const BUDGET = { js: 200, css: 15, chunk: 200 };
const dist = new URL("../apps/console/dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const weigh = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / KB;

const seen = new Set();
const styles = new Set();
function walk(key) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return;
  seen.add(chunk.file);
  for (const file of chunk.css ?? []) styles.add(file);
  for (const next of chunk.imports ?? []) walk(next);
}
walk("index.html");
const words = Object.keys(manifest).filter((key) => /locales\/(en|zh)\.json$/.test(key));
const heaviest = words.map((key) => manifest[key].file).sort((a, b) => weigh(b) - weigh(a))[0];

const js = [...seen].reduce((sum, file) => sum + weigh(file), 0) + (heaviest ? weigh(heaviest) : 0);
const css = [...styles].reduce((sum, file) => sum + weigh(file), 0);
const lazy = readdirSync(new URL("assets/", dist))
  .filter((file) => file.endsWith(".js") && !seen.has(`assets/${file}`))
  .map((file) => ({ file, size: weigh(`assets/${file}`) }))
  .sort((a, b) => b.size - a.size);

const show = (size) => `${size.toFixed(1)} KB gz`;
console.log(`initial JS  ${show(js)} of ${BUDGET.js} (entry, what it imports, one language)`);
console.log(`initial CSS ${show(css)} of ${BUDGET.css}`);
for (const { file, size } of lazy.slice(0, 6)) console.log(`  later     ${show(size)}  ${file}`);
const isOver = js > BUDGET.js || css > BUDGET.css || lazy.some(({ size }) => size > BUDGET.chunk);
if (isOver) console.error("over budget");
process.exitCode = isOver ? 1 : 0;
