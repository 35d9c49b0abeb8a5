import { readable } from "../shared/accent";
import type { Bridge, EventName, Identity, Listener, Panel, ParleyApi, Settings } from "../shared/bridge";
import { pickLocale } from "../shared/locale";
import { createLauncher } from "./launcher";
import { readStored } from "./stored";

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;

function boot(script: HTMLScriptElement): void {
  const settings: Settings = window.parleySettings ?? {};
  const key = settings.inbox ?? script.dataset.inbox;
  if (!key) return;
  const base = new URL(script.src).origin;
  const locale = settings.locale ?? script.dataset.locale ?? null;
  const page = document.documentElement;
  const launcher = createLauncher(
    pickLocale(locale, page.lang, navigator.language),
    settings.position ?? script.dataset.position ?? "right",
    settings.theme ?? script.dataset.theme ?? page.dataset.theme,
  );
  const { frame, button } = launcher;
  const listeners: [string, Listener][] = [];
  let panel: Panel | null = null;
  let is_loading = false;
  let is_open = false;
  let unread = 0;

  const draw = () => launcher.show(is_open, unread);
  const emit = (event: EventName, detail: unknown) => {
    for (const [name, listener] of listeners) if (name === event) listener(detail);
  };
  const setAccent = (hex: string) => {
    const colour = readable(hex);
    frame.style.setProperty("--w-accent", colour.accent);
    frame.style.setProperty("--w-on", colour.on);
  };

  /** The panel's code comes with the first sign of interest. A failed load is tried again at the next one. */
  const load = () => {
    if (is_loading) return;
    is_loading = true;
    const code = document.createElement("script");
    code.src = `${base}/widget/panel.js`;
    code.async = true;
    if (script.nonce) code.nonce = script.nonce;
    code.onerror = () => {
      is_loading = false;
      code.remove();
    };
    document.head.append(code);
  };

  const setOpen = (wanted: boolean) => {
    if (wanted) load();
    if (wanted === is_open) return;
    is_open = wanted;
    draw();
    if (wanted) panel?.show();
    else {
      panel?.hide();
      button.focus({ preventScroll: true });
    }
    emit(wanted ? "open" : "close", null);
  };

  const bridge: Bridge = {
    base,
    key,
    locale,
    identity: settings.identity ?? null,
    root: launcher.root,
    frame,
    close: () => setOpen(false),
    setUnread(count) {
      if (count === unread) return;
      unread = count;
      draw();
      emit("unread", count);
    },
    setAccent,
    emit,
    ready(loaded) {
      panel = loaded;
      if (is_open) panel.show();
      emit("ready", null);
    },
  };

  const api: ParleyApi = (command, ...args) => {
    const [first, second] = args;
    if (command === "open") setOpen(true);
    else if (command === "close") setOpen(false);
    else if (command === "toggle") setOpen(!is_open);
    else if (command === "on" && typeof second === "function")
      listeners.push([String(first), (detail) => second(detail)]);
    else if (command === "identify") {
      if (!isIdentity(first)) return;
      bridge.identity = first;
      panel?.identify(first);
    } else if (command === "logout") {
      bridge.identity = null;
      panel?.logout();
      for (const name of ["visitor", "outbox"]) forget(`parley:${key}:${name}`);
      bridge.setUnread(0);
    }
  };
  api.bridge = bridge;
  const early = window.Parley?.q ?? [];
  window.Parley = api;

  draw();
  if (settings.hide_launcher ?? script.dataset.hideLauncher !== undefined) button.hidden = true;
  const stored = readStored(key);
  if (stored.accent) setAccent(stored.accent);
  for (const event of ["pointerenter", "focus"]) button.addEventListener(event, load);
  button.addEventListener("click", () => setOpen(!is_open));
  for (const call of Array.from(early)) {
    const [command, ...args] = Array.from(call);
    api(String(command), ...args);
  }
  // Not before the shop's own work is done, but on a busy page not much later either.
  if (stored.is_active) {
    if (window.requestIdleCallback) window.requestIdleCallback(load, { timeout: 2000 });
    else setTimeout(load);
  }
}

function isIdentity(v: unknown): v is Identity {
  return typeof v === "object" && v !== null && "external_id" in v && "hmac" in v;
}

function forget(name: string): void {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing can be stored here, so nothing is.
  }
}

if (script && !window.Parley?.bridge) {
  // An async script may run before there is a body to put the bubble into.
  if (document.body) boot(script);
  else document.addEventListener("DOMContentLoaded", () => boot(script));
}
