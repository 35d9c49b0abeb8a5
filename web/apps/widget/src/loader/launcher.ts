import type { Locale } from "../shared/locale";
import css from "./launcher.css?inline";

const SPEECH =
  "M20.5 11.5c0 4.1-3.8 7.5-8.5 7.5-1.3 0-2.5-.2-3.6-.7L4 20l1.3-3.9a6.9 6.9 0 0 1-1.8-4.6C3.5 7.4 7.3 4 12 4s8.5 3.4 8.5 7.5z";
const DOWN = "M6 9.5l6 6 6-6";
const SVG = "http://www.w3.org/2000/svg";

const WORDS = {
  en: { open: "Open chat", close: "Close chat", unread: (n: number) => `, ${n} new message${n === 1 ? "" : "s"}` },
  zh: { open: "打开聊天", close: "关闭聊天", unread: (n: number) => `，${n} 条新消息` },
};

export interface Launcher {
  root: ShadowRoot;
  frame: HTMLElement;
  button: HTMLButtonElement;
  show(is_open: boolean, unread: number): void;
}

/** The bubble in the corner, in a shadow root that keeps the shop's rules out and ours in. */
export function createLauncher(locale: Locale, position: string, theme: string | undefined): Launcher {
  const host = document.createElement("parley-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const frame = document.createElement("div");
  frame.className = "frame";
  frame.lang = locale === "zh" ? "zh-CN" : "en";
  frame.dataset.position = position;
  if (theme) frame.dataset.theme = theme;

  const button = document.createElement("button");
  button.className = "launch";
  button.type = "button";
  button.dataset.testid = "launcher";
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  icon.append(path);
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.dataset.testid = "launcher-badge";
  // The number is part of the button's label; read alone it would mean nothing.
  badge.ariaHidden = "true";
  button.append(icon, badge);
  frame.append(button);
  root.append(frame);
  document.body.append(host);

  const words = WORDS[locale];
  const show = (is_open: boolean, unread: number) => {
    path.setAttribute("d", is_open ? DOWN : SPEECH);
    frame.classList.toggle("is-open", is_open);
    button.ariaExpanded = String(is_open);
    button.ariaLabel = is_open ? words.close : words.open + (unread ? words.unread(unread) : "");
    badge.hidden = is_open || !unread;
    badge.textContent = unread > 99 ? "99+" : String(unread);
  };
  return { root, frame, button, show };
}
