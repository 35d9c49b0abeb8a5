import { readable } from "../shared/accent";
import type { Bridge, EventName, Identity, Panel, ParleyApi } from "../shared/bridge";
import { h, icon, patch } from "../shared/dom";
import { pickLocale } from "../shared/locale";
import css from "./launcher.css?inline";

const SPEECH =
  "M20.5 11.5c0 4.1-3.8 7.5-8.5 7.5-1.3 0-2.5-.2-3.6-.7L4 20l1.3-3.9a6.9 6.9 0 0 1-1.8-4.6C3.5 7.4 7.3 4 12 4s8.5 3.4 8.5 7.5z";
const DOWN = "M6 9.5l6 6 6-6";

const script = document.currentScript as HTMLScriptElement | null;

function boot({ dataset, src, nonce }: HTMLScriptElement): void {
  const settings = window.parleySettings ?? {};
  const wish = (name: "inbox" | "locale" | "position" | "theme") => settings[name] ?? dataset[name];
  const key = wish("inbox");
  if (!key) return;
  const base = new URL(src).origin;
  const page = document.documentElement;
  const locale = pickLocale(wish("locale"), page.lang, navigator.language);
  const is_zh = locale === "zh";
  const [chat, open, close] = is_zh ? ["聊天", "打开聊天", "关闭聊天"] : ["Chat", "Open chat", "Close chat"];
  const listeners: [unknown, (detail: unknown) => void][] = [];
  let panel: Panel | null = null;
  let asked: Record<string, boolean> = {};
  let is_open = false;
  let unread = 0;

  // The shadow root keeps the shop's rules out and ours in.
  const host = document.createElement("parley-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const frame = h(wish("position") === "left" ? "div w-frame w-left" : "div w-frame", 0, {
    lang: is_zh ? "zh-CN" : "en",
  });
  patch({ node_: root }, frame);
  document.body.append(host);
  const { style } = frame.node_ as HTMLElement;
  const theme = wish("theme") ?? page.dataset.theme ?? "";
  style.colorScheme = /^(light|dark)$/.test(theme) ? theme : "light dark";

  /** Returns the elements of the panel and the bubble. The panel comes first, as it is above the bubble on the screen. */
  const draw = () => {
    const label =
      (is_open ? close : open) +
      (is_open || !unread ? "" : is_zh ? `，${unread} 条新消息` : `, ${unread} new message${unread > 1 ? "s" : ""}`);
    const parts = [
      h("section#panel w-panel", 0, {
        role: "dialog",
        "aria-label": chat,
        tabindex: -1,
        hidden: !is_open || !panel,
      }),
      h(
        `button#launcher w-launch ${is_open ? "w-is-open" : ""}`,
        [
          icon(is_open ? DOWN : SPEECH),
          // The number is part of the button's label; read alone it would mean nothing.
          h("span#launcher-badge w-badge", unread > 99 ? "99+" : `${unread}`, {
            "aria-hidden": "true",
            hidden: is_open || !unread,
          }),
        ],
        {
          type: "button",
          "aria-expanded": `${is_open}`,
          "aria-label": label,
          hidden: !!(settings.hide_launcher ?? dataset.hideLauncher !== undefined),
          onpointerenter: prepare,
          onfocus: prepare,
          onclick: () => setOpen(!is_open),
        },
      ),
    ];
    patch(frame, parts);
    return parts.map((part) => part.node_ as HTMLElement) as [HTMLElement, HTMLElement];
  };
  const emit = (event: EventName, detail?: unknown) => {
    for (const [name, listener] of listeners) name === event && listener(detail);
  };
  const setAccent = (hex: unknown) => {
    const [accent, on] = readable(hex);
    style.setProperty("--w-accent", accent);
    style.setProperty("--w-on", on);
  };

  /** A failed load is tried again when somebody asks the next time. */
  const load = (...names: string[]) => {
    for (const name of names) {
      if (asked[name]) continue;
      asked[name] = true;
      const code = document.createElement("script");
      code.src = `${base}/widget/${name}.js`;
      // In order: the panel starts when its words are there.
      code.async = false;
      if (nonce) code.nonce = nonce;
      code.onerror = () => {
        if (panel) asked[name] = false;
        else asked = {};
        code.remove();
      };
      document.head.append(code);
    }
  };
  /** The panel's code comes with the first sign of interest. */
  const prepare = () => load(locale, "panel");

  const setOpen = (wanted: boolean) => {
    if (wanted) prepare();
    if (wanted === is_open) return;
    is_open = wanted;
    const [, button] = draw();
    panel?.setOpen_(wanted);
    if (!wanted) button.focus({ preventScroll: true });
    emit(wanted ? "open" : "close");
  };

  const bridge: Bridge = {
    base_: base,
    key_: key,
    is_zh_: is_zh,
    identity_: settings.identity ?? null,
    root_: root,
    element_: draw()[0],
    dom_: [h, icon, patch],
    parts_: {},
    load_: load,
    close_: () => setOpen(false),
    setUnread_(count) {
      if (count === unread) return;
      unread = count;
      draw();
      emit("unread", count);
    },
    setAccent_: setAccent,
    emit_: emit,
    ready_(loaded) {
      panel = loaded;
      draw();
      if (is_open) panel.setOpen_(true);
      emit("ready");
    },
  };

  const commands: Record<string, (first: unknown, second: unknown) => void> = {
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(!is_open),
    on: (name, listener) => void (typeof listener === "function" && listeners.push([name, listener as never])),
    identify(wanted) {
      const identity = wanted as Identity | null;
      if (!identity?.external_id || !identity.hmac) return;
      bridge.identity_ = identity;
      panel?.identify_(identity);
    },
    logout() {
      bridge.identity_ = null;
      panel?.logout_();
      try {
        for (const name of ["visitor", "outbox"]) localStorage.removeItem(`parley:${key}:${name}`);
      } catch {
        // Nothing can be stored here, so nothing is.
      }
      bridge.setUnread_(0);
    },
  };
  const api: ParleyApi = (command, first, second) => commands[command]?.(first, second);
  api.bridge_ = bridge;
  const early = window.Parley?.q ?? [];
  window.Parley = api;

  // A look, without starting anything, at what an earlier visit left behind. See core/cache.ts and core/outbox.ts.
  let accent: unknown;
  let is_active = false;
  try {
    const read = (name: string) => JSON.parse(localStorage.getItem(`parley:${key}:${name}`) ?? "{}");
    const visit = read("visitor");
    accent = visit.accent;
    // Somebody waits for something: an open conversation, an unread or an unsent message.
    is_active =
      visit.token &&
      (visit.conversations.some(
        (one: { state?: string; unread_count?: number }) => one.state !== "closed" || one.unread_count,
      ) ||
        read("outbox").length);
  } catch {
    // Blocked or strange: as if nobody had been here.
  }
  setAccent(accent);
  for (const call of early) api(...call);
  // Not before the shop's own work is done, but on a busy page not much later either.
  if (is_active) (window.requestIdleCallback ?? setTimeout)(prepare, { timeout: 2000 } as never);
}

if (script && !window.Parley?.bridge_) {
  // An async script may run before there is a body to put the bubble into.
  if (document.body) boot(script);
  else document.addEventListener("DOMContentLoaded", () => boot(script));
}
