/** The shop is only a stage; it should not weigh more than a page of a real one. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 16 * 1024;
const dist = fileURLToPath(new URL("../dist", import.meta.url));
let total = 0;
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true }))
  if (entry.isFile()) total += gzipSync(readFileSync(`${entry.parentPath}/${entry.name}`), { level: 9 }).length;
console.log(`demo: ${total} gzip of ${LIMIT}`);
if (total > LIMIT) throw new Error(`the demo is ${total - LIMIT} bytes too large`);
