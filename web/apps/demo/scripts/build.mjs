/** The static shop and the mailbox of its customers in dist/, to be served under /demo/. */
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("../src/", import.meta.url));
await build({
  root,
  base: "/demo/",
  configFile: false,
  logLevel: "warn",
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    // Small files stay files: a strict policy forbids data: addresses.
    assetsInlineLimit: 0,
    rolldownOptions: { input: { shop: `${root}index.html`, mailbox: `${root}mailbox.html` } },
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox120", "safari17.5"],
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
});
