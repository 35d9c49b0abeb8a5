import { render } from "preact";
import { Desk } from "../core/desk";
import type { Channel } from "../core/env";
import { pageBox, Vault } from "../core/vault";
import type { Bridge } from "../shared/bridge";
import { pickLocale } from "../shared/locale";
import { App } from "./app";
import css from "./panel.css?inline";
import { WORDS } from "./words";

/** Sandboxed pages have no broadcast channel; then every tab is on its own. */
function pageChannel(name: string): Channel | null {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}

function mount(bridge: Bridge): void {
  const { base, key, root, frame } = bridge;
  const locale = pickLocale(bridge.locale, document.documentElement.lang, navigator.language);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  const panel = document.createElement("section");
  panel.className = "panel";
  panel.dataset.testid = "panel";
  panel.role = "dialog";
  panel.ariaLabel = WORDS[locale].chat;
  panel.tabIndex = -1;
  panel.hidden = true;
  // Before the launcher in the tab order, as it is above it on the screen.
  frame.prepend(panel);

  const desk = new Desk({
    key,
    base,
    locale: locale === "zh" ? "zh-CN" : "en",
    vault: new Vault(`parley:${key}:`, pageBox()),
    fetch: (url, init) => fetch(url, init),
    open: (url, protocols) => new WebSocket(url, protocols),
    channel: pageChannel(`parley:${key}`),
    page: () => ({ url: location.href, title: document.title }),
  });
  let app: App | null = null;
  let colour = "";

  const focus = () => {
    if (panel.hidden) return;
    // On a phone the keyboard should not come up before it is asked for.
    const is_touch = matchMedia("(pointer: coarse)").matches;
    const wanted = panel.querySelector<HTMLElement>(
      is_touch ? "[data-none]" : "form input, form textarea, [data-focus]",
    );
    (wanted ?? panel).focus({ preventScroll: true });
  };

  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) bridge.close();
  });
  // On a phone the keyboard covers the page without resizing it; only the visual viewport tells what is left.
  const viewport = window.visualViewport;
  const fit = () => {
    if (!viewport || viewport.scale > 1) return;
    panel.style.setProperty("--w-height", `${viewport.height}px`);
    panel.style.setProperty("--w-top", `${viewport.offsetTop}px`);
  };
  viewport?.addEventListener("resize", fit);
  viewport?.addEventListener("scroll", fit);
  window.addEventListener("online", () => desk.wake());
  window.addEventListener("offline", () => desk.networkLost());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") desk.wake();
  });
  window.addEventListener("pagehide", () => desk.save());

  render(
    <App
      ref={(made: App | null) => {
        app = made;
      }}
      desk={desk}
      base={base}
      locale={locale}
      onClose={() => bridge.close()}
      onUnread={(count) => {
        bridge.setUnread(count);
        const { accent } = desk.state;
        if (accent && accent !== colour) bridge.setAccent(accent);
        colour = accent ?? colour;
      }}
      onScreen={focus}
    />,
    panel,
  );
  desk.hooks.arrived = ({ conversation, message }) => {
    if (message.author.kind === "agent")
      bridge.emit("message", { conversation_id: conversation.id, text: message.text, name: message.author.name });
  };
  if (bridge.identity) desk.identify(bridge.identity);
  // A session from an earlier visit goes on; a visitor who never opened the chat is never announced.
  if (desk.isKnown()) void desk.start();

  bridge.ready({
    show() {
      panel.hidden = false;
      app?.show();
    },
    hide() {
      panel.hidden = true;
      app?.hide();
    },
    identify(identity) {
      const was_open = desk.state.phase !== "idle";
      desk.identify(identity);
      if (desk.state.phase === "idle" && was_open) {
        app?.reset();
        void desk.start();
      }
    },
    logout() {
      desk.logout();
      app?.reset();
    },
  });
}

const bridge = window.Parley?.bridge;
if (bridge) mount(bridge);
