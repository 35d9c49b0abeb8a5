import { setReading } from "../core/desk";
import { bridge } from "../host";
import { chat } from "./chat";
import { fit } from "./composer";
import { patch } from "./dom";
import { form } from "./form";
import { home } from "./home";
import { follow } from "./log";
import { current, FORM, HOME, ui } from "./store";

const panel = bridge.element_;
const host = { node_: panel };
let shown: number | false = false;

export function render(): void {
  const { screen_: screen } = ui.view_;
  // Each screen has keys of its own, so that none inherits the other's elements.
  patch(host, [screen === HOME ? home() : 0, screen === FORM ? form() : 0, screen > FORM && chat()]);
  follow(panel.querySelector<HTMLElement>("[role=log]"));
  fit();
  const now = ui.is_open_ && screen;
  if (now && now !== shown) {
    // On a phone the keyboard should not come up before it is asked for.
    const wanted = !matchMedia("(pointer: coarse)").matches && panel.querySelector<HTMLElement>("form input, textarea");
    (wanted || panel).focus({ preventScroll: true });
  }
  shown = now;
  setReading(ui.is_open_ && document.visibilityState === "visible" ? current() : null);
}
