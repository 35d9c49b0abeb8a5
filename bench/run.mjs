// Runs the parts asked for, one after the other, and prints one table. Started by bench/run.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureBuild } from "./cases/build.mjs";
import { measureConsole } from "./cases/console.mjs";
import { measureFanout } from "./cases/fanout.mjs";
import { measureMail } from "./cases/mail.mjs";
import { measureMemory } from "./cases/memory.mjs";
import { measureMessages } from "./cases/messages.mjs";
import { measureStartup } from "./cases/startup.mjs";
import { Table } from "./lib/figures.mjs";
import { cores, loadAverage } from "./lib/machine.mjs";
import { isBuilt } from "./lib/parley.mjs";
import { results } from "./lib/processes.mjs";

const parts = { a: measureMessages, b: measureFanout, c: measureMemory, d: measureStartup, e: measureBuild, f: measureConsole, g: measureMail };
const words = process.argv.slice(2);
const quick = words.includes("--quick");
const asked = words.filter((word) => !word.startsWith("--"));
const unknown = [...words.filter((word) => word.startsWith("--") && word !== "--quick"), ...asked.filter((word) => word !== "all" && !(word in parts))];
if (unknown.length > 0) {
  console.error(`bench/run: unknown: ${unknown.join(" ")}; see bench/run --help`);
  process.exit(2);
}
const chosen = asked.length === 0 || asked.includes("all") ? ["a", "b", "c", "d", ...["e", "f", "g"].filter((part) => asked.includes(part))] : Object.keys(parts).filter((part) => asked.includes(part));
if (!isBuilt()) {
  console.error("bench/run: the server is not built; run scripts/build bench");
  process.exit(1);
}

mkdirSync(results, { recursive: true });
const begun = new Date();
console.log(`${begun.toISOString()}, ${cores} cores, load average ${loadAverage()}, ${quick ? "one quick round" : "three rounds"}`);
const table = new Table();
const raw = { begun, cores, load: loadAverage() };
const options = { rounds: quick ? 1 : 3, seconds: quick ? 2 : 4, quick, say: (line) => console.log(`  ${line}`) };
for (const part of chosen) {
  console.log(`part ${part}, load average ${loadAverage()}`);
  try {
    raw[part] = await parts[part](table, options);
  } catch (failure) {
    console.error(`part ${part} failed: ${failure.message}`);
    process.exitCode = 1;
  }
}
console.log(`\n${table.text()}\n\nload average at the end ${loadAverage()}`);
const stamp = begun.toISOString().replaceAll(":", "").slice(0, 15);
writeFileSync(join(results, `${stamp}.json`), JSON.stringify(raw, null, 1));
writeFileSync(join(results, `${stamp}.md`), `${table.text()}\n`);
console.log(`raw figures in bench/results/${stamp}.json`);
process.exit();
