import "@parley/ui/styles/tokens.css";
import "@parley/ui/styles/base.css";
import { onPartFailed, preloadMenus } from "@parley/ui";
import i18next from "i18next";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startI18n } from "./i18n";
import { startPreferences } from "./lib/preferences";
import { showToast } from "./lib/toasts";

startPreferences();
onPartFailed(() => showToast(i18next.t("error.part")));
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
