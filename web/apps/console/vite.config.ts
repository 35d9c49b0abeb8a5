import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.PARLEY_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: { target: "es2022", manifest: true, sourcemap: false, assetsInlineLimit: 0 },
  server: { proxy: { "/api": { target: server, ws: true }, "/files": server } },
});
