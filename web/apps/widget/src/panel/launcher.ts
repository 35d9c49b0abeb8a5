import { state } from "../core/state";
import { bridge, words } from "../host";
import { h, icon, type VNode } from "./dom";
import { fill } from "./format";
import { DOWN } from "./parts";
import { setOpen, ui } from "./store";

export const unread = (): number => state.conversations_.reduce((sum, it) => sum + it.unread_count, 0);

/** The loader's drawing on the bubble. */
const [speech] = (bridge.frame_.kids_ as VNode).kids_ as VNode[];

/** The loader's bubble, the same element. What the loader has set and is not named here stays. */
export function launcher(): VNode {
  const { is_open_: is_open } = ui;
  const count = is_open ? 0 : unread();
  return h(
    `button#launcher w-launch ${is_open ? "w-is-open" : ""}`,
    [
      is_open ? icon(DOWN) : speech,
      // The number is part of the button's label; read alone it would mean nothing.
      count > 0 && h("span#launcher-badge w-badge", count > 99 ? "99+" : count, { "aria-hidden": "true" }),
    ],
    {
      "aria-expanded": `${is_open}`,
      "aria-label": is_open ? words.close : count ? fill(words.unread, count) : words.chat,
      onclick: () => setOpen(!ui.is_open_),
    },
    "launcher",
  );
}
