import type { Bridge, Call, ParleyApi, Settings } from "../shared/bridge";
import { h, icon, patch } from "../shared/dom";
import { pickLocale } from "../shared/locale";
import css from "./launcher.css?inline";

const SPEECH = "M8.6 18.3L4 20l1.3-4a8.6 7.6 0 1 1 3.3 2.3z";

const script = document.currentScript as HTMLScriptElement | null;

function boot({ dataset, src, nonce }: HTMLScriptElement): void {
  const early = (window.Parley?.q ?? []) as Call[];
  const settings: Settings = { ...dataset, ...window.parleySettings };
  const { inbox: key } = settings;
  if (!key) return;
  const base = new URL(src).origin;
  const page = document.documentElement;
  const locale = pickLocale(settings.locale, page.lang, navigator.language);
  const is_zh = locale === "zh";
  let is_asked = false;

  const load = (name: string, onerror: (() => void) | null) => {
    // In order: the panel starts when its words are there.
    const code = Object.assign(document.createElement("script"), {
      src: `${base}/widget/${name}.js`,
      async: false,
      nonce,
      onerror,
    });
    Object.assign(code.dataset, dataset);
    document.head.append(code);
  };
  /**
   * The panel's code comes with the first sign of interest. When it does not come, either the network is gone and the
   * next sign tries again, or the desk was updated since this page was opened and has the files of another build: its
   * loader then takes our place.
   */
  const prepare = () => {
    if (is_asked) return;
    is_asked = true;
    for (const name of [locale, "panel"])
      load(`${__BUILD__}${name}`, () => {
        is_asked = false;
        load("widget", null);
      });
  };

  // The shadow root keeps the shop's rules out and ours in.
  const host = document.createElement("parley-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const frame = h(
    `div w-frame ${settings.position === "left" ? "w-left" : ""}`,
    // The panel draws it again with the same elements: one that went away under a pressed finger would swallow the click.
    h(
      "button#launcher w-launch",
      [icon(SPEECH)],
      {
        type: "button",
        "aria-label": is_zh ? "聊天" : "Chat",
        hidden: !!(settings.hide_launcher ?? "hideLauncher" in dataset),
        onpointerenter: prepare,
        onfocus: prepare,
        onclick: () => api("open"),
      },
      "launcher",
    ),
    { lang: is_zh ? "zh-CN" : "en" },
  );
  document.querySelector("parley-chat")?.remove();
  document.body.append(host);
  patch({ node_: root }, frame);
  const { style } = frame.node_ as HTMLElement;
  style.colorScheme = `${/light|dark/.exec(settings.theme ?? page.dataset.theme ?? "") ?? "light dark"}`;

  const bridge: Bridge = {
    base_: base,
    is_zh_: is_zh,
    settings_: settings,
    root_: root,
    frame_: frame,
    dom_: [h, icon, patch],
    style_: style,
  };
  const stored = (name: string) => `parley:${key}:${name}`;
  // What is called is kept until the panel is there; then it puts itself in the queue's place.
  const api: ParleyApi = (...call) => {
    (api.q as Call[]).push(call);
    if (/open|toggle/.test(`${call[0]}`)) prepare();
    try {
      if (call[0] === "logout") for (const name of ["visitor", "outbox"]) localStorage.removeItem(stored(name));
    } catch {
      // Nothing can be stored here, so nothing is.
    }
  };
  api.q = [];
  api.build = __BUILD__;
  api.bridge_ = bridge;
  window.Parley = api;
  for (const call of early) api(...call);

  // A look, without starting anything, at what an earlier visit left behind. See core/cache.ts and core/outbox.ts.
  try {
    const read = (name: string) => JSON.parse(localStorage.getItem(stored(name)) ?? "[]");
    const { token, conversations, colours } = read("visitor");
    // Somebody waits for something: an open conversation, an unread or an unsent message.
    if (
      token &&
      (read("outbox").length ||
        conversations.some(
          (one: { state?: string; unread_count?: number }) => one.state !== "closed" || one.unread_count,
        ))
    )
      // Not before the shop's own work is done, but on a busy page not much later either.
      (window.requestIdleCallback ?? setTimeout)(prepare, { timeout: 2000 } as never);
    style.setProperty("--w-accent", colours[0]);
    style.setProperty("--w-on", colours[1]);
  } catch {
    // Blocked or strange: as if nobody had been here.
  }
}

const { q = [], build } = window.Parley ?? {};
// A loader of another build is replaced as long as it has no panel, that is, while its queue is one.
if (script && build !== __BUILD__ && Array.isArray(q)) {
  // An async script may run before there is a body to put the bubble into.
  if (document.body) boot(script);
  else document.addEventListener("DOMContentLoaded", () => boot(script));
}
