// Writes packages/protocol/openapi.json as a running server describes itself. Usage: fetch-openapi.mjs [http://host:port]
import { writeFileSync } from "node:fs";

const server = process.argv[2] ?? process.env.PARLEY_SERVER ?? "http://127.0.0.1:8080";
const file = new URL("../packages/protocol/openapi.json", import.meta.url);

/** Members in the order of their names, so that a difference between two versions is a difference in the contract. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

const answer = await fetch(new URL("/api/v1/openapi.json", server));
if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
const document = await answer.json();
writeFileSync(file, `${JSON.stringify(sorted(document), null, 1)}\n`);
console.log(`${Object.keys(document.paths).length} paths of ${server} written`);
