import { accent, hear, identify, isKnown, logout, networkLost, save, start, wake } from "../core/desk";
import { hooks, READY, state } from "../core/state";
import { bridge } from "../host";
import { drag } from "./composer";
import { addStyles, collect } from "./lazy";
import css from "./panel.css?inline";
import { choose, draw, reset, setOpen } from "./store";

addStyles(css);
bridge.tools_ = collect();

let was_ready = false;
let colour: unknown;
hooks.changed_ = () => {
  bridge.setUnread_(state.conversations_.reduce((sum, it) => sum + it.unread_count, 0));
  if (accent && accent !== colour) {
    colour = accent;
    bridge.setAccent_(accent);
  }
  const is_ready = state.phase_ === READY;
  if (is_ready && !was_ready) choose();
  was_ready = is_ready;
  draw();
};
hooks.arrived_ = ({ conversation_: conversation, message_: message }) => {
  if (message?.author.kind === "agent")
    bridge.emit_("message", { conversation_id: conversation?.id, text: message.text, name: message.author.name });
};

const panel = bridge.element_;
panel.onkeydown = (event) => {
  if (event.key === "Escape" && !event.isComposing) bridge.close_();
};
panel.ondragover = panel.ondragleave = panel.ondrop = drag;
// On a phone the keyboard covers the page without resizing it; only the visual viewport tells what is left.
const viewport = window.visualViewport;
if (viewport)
  viewport.onresize = viewport.onscroll = () => {
    if (viewport.scale > 1) return;
    panel.style.setProperty("--w-height", `${viewport.height}px`);
    panel.style.setProperty("--w-top", `${viewport.offsetTop}px`);
  };
addEventListener("online", wake);
addEventListener("offline", networkLost);
addEventListener("pagehide", save);
addEventListener("storage", (event) => hear(event.key, !event.newValue));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") wake();
  draw();
});

if (bridge.identity_) identify(bridge.identity_);
reset();
// A session from an earlier visit goes on; a visitor who never opened the chat is never announced.
if (isKnown()) void start();

bridge.ready_({
  setOpen_: setOpen,
  identify_(identity) {
    const was_active = state.phase_;
    identify(identity);
    if (state.phase_ || !was_active) return;
    reset();
    void start();
  },
  logout_() {
    logout();
    reset();
  },
});
