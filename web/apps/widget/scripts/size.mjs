/** Fails when the built scripts are too large, or hold bytes that a page may take for another charset. */
import { readdirSync, readFileSync } from "node:fs";

const LOADER_LIMIT = 4000;
/** All that one visitor can ever load: loader, panel and one language. There is nothing else. */
const VISITOR_LIMIT = 15_000;
/** Every file there is, with the language this visitor does not load. */
const ALL_LIMIT = 15_700;

const dist = process.argv[2] ? new URL(`file://${process.argv[2]}/`) : new URL("../dist/", import.meta.url);
const sizes = {};
for (const file of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".js"))) {
  const bytes = readFileSync(new URL(file, dist));
  const text = bytes.toString();
  if (/[^\0-\x7f]/.test(text) && !text.startsWith("\ufeff"))
    throw new Error(`${file}: neither ASCII nor marked as UTF-8`);
  const [, name] = /([a-z]+)\.js$/.exec(file);
  sizes[name] = readFileSync(new URL(`${file}.gz`, dist)).length;
  console.log(`${file}: ${bytes.length} bytes, ${sizes[name]} gzip`);
}
const { widget, panel, en, zh } = sizes;
if (Object.keys(sizes).length !== 4) throw new Error(`four files are expected, not ${Object.keys(sizes)}`);

function check(what, size, limit) {
  console.log(`${what}: ${size} of ${limit}`);
  if (!(size <= limit)) throw new Error(`${what}: ${size - limit} bytes too large`);
}
check("loader", widget, LOADER_LIMIT);
check("one visitor, everything", widget + panel + Math.max(en, zh), VISITOR_LIMIT);
check("all files", widget + panel + en + zh, ALL_LIMIT);
