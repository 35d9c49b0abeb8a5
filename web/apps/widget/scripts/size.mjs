/** Fails when the built scripts are too large or hold a byte that is not ASCII. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LOADER_LIMIT = 4 * 1024;
const TOTAL_LIMIT = 28 * 1024;

function measure(name) {
  const bytes = readFileSync(new URL(`../dist/${name}`, import.meta.url));
  const foreign = bytes.findIndex((byte) => byte > 0x7f);
  if (foreign >= 0) throw new Error(`${name}: byte ${foreign} is not ASCII`);
  const size = gzipSync(bytes, { level: 9 }).length;
  console.log(`${name}: ${bytes.length} bytes, ${size} gzip`);
  return size;
}

const loader = measure("widget.js");
const panel = measure("panel.js");
console.log(`together ${loader + panel} of ${TOTAL_LIMIT}`);
if (loader > LOADER_LIMIT) throw new Error(`the loader is ${loader - LOADER_LIMIT} bytes too large`);
if (loader + panel > TOTAL_LIMIT) throw new Error(`the widget is ${loader + panel - TOTAL_LIMIT} bytes too large`);
