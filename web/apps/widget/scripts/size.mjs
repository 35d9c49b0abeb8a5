/** Fails when the built scripts are too large or hold a byte that is not ASCII. */
import { readdirSync, readFileSync } from "node:fs";

const LOADER_LIMIT = 4000;
/** What a visitor fetches to chat in one language. */
const VISITOR_LIMIT = 15_000;
/** Every file there is: both languages, rating.js and files.js. */
const ALL_LIMIT = 18_700;

const dist = process.argv[2] ? new URL(`file://${process.argv[2]}/`) : new URL("../dist/", import.meta.url);
const sizes = {};
for (const name of readdirSync(dist).filter((file) => file.endsWith(".js"))) {
  const bytes = readFileSync(new URL(name, dist));
  const foreign = bytes.findIndex((byte) => byte > 0x7f);
  if (foreign >= 0) throw new Error(`${name}: byte ${foreign} is not ASCII`);
  sizes[name] = readFileSync(new URL(`${name}.gz`, dist)).length;
  console.log(`${name}: ${bytes.length} bytes, ${sizes[name]} gzip`);
}
const { "widget.js": loader, "panel.js": panel, "en.js": en, "zh.js": zh } = sizes;

function check(what, size, limit) {
  console.log(`${what}: ${size} of ${limit}`);
  if (!(size <= limit)) throw new Error(`${what}: ${size - limit} bytes too large`);
}
check("loader", loader, LOADER_LIMIT);
check("one visitor", loader + panel + Math.max(en, zh), VISITOR_LIMIT);
check(
  "all files",
  Object.values(sizes).reduce((sum, size) => sum + size, 0),
  ALL_LIMIT,
);
