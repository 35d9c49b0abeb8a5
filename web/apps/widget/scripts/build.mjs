/** Two scripts without dependencies: dist/widget.js (loader) and dist/panel.js. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { stylePlugin } from "./styles.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}dist`;
// The floor is set by light-dark(); lower targets would rewrite it.
const TARGET = ["chrome123", "firefox120", "safari17.5"];

/** A page or server without a charset would turn anything else into garbage. All of it stands in string literals. */
const ascii = (code) =>
  code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

rmSync(dist, { recursive: true, force: true });
for (const [name, entry] of [
  ["widget", "src/loader/index.ts"],
  ["panel", "src/panel/index.tsx"],
]) {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [stylePlugin()],
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: TARGET,
      cssTarget: TARGET,
      lib: { entry, formats: ["iife"], name: "parley", fileName: () => `${name}.js` },
      rolldownOptions: { output: { extend: false } },
    },
  });
  const file = `${dist}/${name}.js`;
  writeFileSync(file, ascii(readFileSync(file, "utf8")));
}
