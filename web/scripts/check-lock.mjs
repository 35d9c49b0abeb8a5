// The lock file names versions and checksums, never a registry. Links to our own folders are allowed.
import { readFileSync } from "node:fs";

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
const bad = Object.entries(lock.packages).filter(([, entry]) => entry.resolved && !entry.link);
for (const [name] of bad) console.error(`resolved address in the lock file: ${name}`);
console.log(`${Object.keys(lock.packages).length} packages locked, ${bad.length} with an address`);
process.exitCode = bad.length ? 1 : 0;
