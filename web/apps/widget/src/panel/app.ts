import { setReading } from "../core/desk";
import { bridge, words } from "../host";
import { chat } from "./chat";
import { drag, fit } from "./composer";
import { h, patch } from "./dom";
import { form } from "./form";
import { home } from "./home";
import { launcher } from "./launcher";
import { follow } from "./log";
import { current, HOME, setOpen, ui } from "./store";

let shown: number | false = false;

export function render(): void {
  const { screen_: screen } = ui.view_;
  const now = ui.is_open_ && screen;
  const bubble = launcher();
  const panel = h(
    "section#panel w-panel",
    // Each screen has keys of its own, so that none inherits the other's elements.
    [home, form, chat].map((view, at) => at + HOME === screen && view()),
    {
      role: "dialog",
      "aria-label": words.chat,
      tabindex: -1,
      hidden: !now,
      onkeydown(event: KeyboardEvent) {
        if (event.key === "Escape" && !event.isComposing) setOpen(false);
      },
      ondragover: drag,
      ondragleave: drag,
      ondrop: drag,
    },
    "panel",
  );
  patch(bridge.frame_, [panel, bubble]);
  const { root_: root } = bridge;
  follow(root.querySelector<HTMLElement>("[role=log]"));
  fit();
  if (now !== shown) {
    // On a phone the keyboard should not come up before it is asked for.
    const field = !matchMedia("(pointer: coarse)").matches && root.querySelector<HTMLElement>("form input, textarea");
    ((now ? field || panel.node_ : bubble.node_) as HTMLElement).focus({ preventScroll: true });
  }
  shown = now;
  setReading(now && !document.hidden ? current() : null);
}
