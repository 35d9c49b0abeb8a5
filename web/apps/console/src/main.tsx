import "@parley/ui/styles/tokens.css";
import "@parley/ui/styles/base.css";
import { preloadMenus } from "@parley/ui";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startI18n } from "./i18n";
import { startPreferences } from "./lib/preferences";

startPreferences();
// The first screen first; menus are ready a moment later.
window.setTimeout(preloadMenus, 2500);
const root = document.getElementById("root");
if (root) {
  void startI18n().then(() => {
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  });
}
