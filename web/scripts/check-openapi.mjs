// openapi.d.ts is what the generator makes of openapi.json, not one character by hand.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "parley-openapi-"));
try {
  const fresh = join(folder, "openapi.d.ts");
  const generator = join(root, "node_modules/.bin/openapi-typescript");
  execFileSync(generator, ["packages/protocol/openapi.json", "-o", fresh], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const text = readFileSync(fresh, "utf8");
  const isSame = text === readFileSync(join(root, "packages/protocol/src/openapi.d.ts"), "utf8");
  if (isSame) console.log(`openapi.d.ts is as generated, ${text.split("\n").length} lines`);
  else console.error("packages/protocol/src/openapi.d.ts is not what openapi.json gives: npm run generate");
  process.exitCode = isSame ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
