import { colours, hear, isKnown, networkLost, save, start, wake } from "../core/desk";
import { hooks, READY, state } from "../core/state";
import { bridge } from "../host";
import type { ParleyApi } from "../shared/bridge";
import { emit, run } from "./api";
import { unread } from "./launcher";
import { choose, draw, reset } from "./store";
import css from "./styles.css?inline";

const { root_: root, style_: style, settings_: settings } = bridge;
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
root.adoptedStyleSheets.push(sheet);

let last_unread = 0;
hooks.changed_ = () => {
  const count = unread();
  if (count !== last_unread) emit("unread", count);
  last_unread = count;
  if (colours) {
    style.setProperty("--w-accent", colours[0]);
    style.setProperty("--w-on", colours[1]);
  }
  if (state.phase_ === READY) choose();
  draw();
};
hooks.arrived_ = ({ conversation_: conversation, message_: message }) => {
  if (message?.author.kind === "agent")
    emit("message", { conversation_id: conversation?.id, text: message.text, name: message.author.name });
};

// On a phone the keyboard covers the page without resizing it; only the visual viewport tells what is left.
const viewport = window.visualViewport;
if (viewport)
  viewport.onresize = viewport.onscroll = () => {
    if (viewport.scale > 1) return;
    style.setProperty("--w-height", `${viewport.height}px`);
    style.setProperty("--w-top", `${viewport.offsetTop}px`);
  };
addEventListener("online", wake);
addEventListener("offline", networkLost);
addEventListener("pagehide", save);
addEventListener("storage", (event) => hear(event.key, !event.newValue));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) wake();
  draw();
});

reset();
run(["identify", settings.identity]);
const api = window.Parley as ParleyApi;
for (const call of api.q as Iterable<[]>) run(call);
api.q = { push: run };
// A session from an earlier visit goes on; a visitor who never opened the chat is never announced.
if (isKnown()) void start();
emit("ready");
