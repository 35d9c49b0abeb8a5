/**
 * What many visitors never need comes in files of its own: rating.js when a conversation is over, files.js with the first
 * attachment. They use what the panel has anyway, so they take it from here instead of bringing it along.
 */
import { session } from "../core/api";
import { decodeAttachment, record } from "../core/decode";
import { rate, skipRating } from "../core/desk";
import { state } from "../core/state";
import { base, bridge, words } from "../host";
import type { Parts } from "../shared/bridge";
import { h, icon } from "./dom";
import { fill, size } from "./format";
import { button, CLIP, cut, iconButton, link, typed, X } from "./parts";
import { draw, ui } from "./store";

export function addStyles(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  bridge.root_.adoptedStyleSheets.push(sheet);
}

export type Tools = ReturnType<typeof collect>;

/** A function, as the modules need each other and not all of them have run when this one does. */
export const collect = () => ({
  addStyles_: addStyles,
  words_: words,
  ui_: ui,
  draw_: draw,
  h_: h,
  icon_: icon,
  button_: button,
  fill_: fill,
  typed_: typed,
  rate_: rate,
  skipRating_: skipRating,
  iconButton_: iconButton,
  cut_: cut,
  size_: size,
  state_: state,
  session_: session,
  decodeAttachment_: decodeAttachment,
  record_: record,
  base_: base,
  clip_: CLIP,
  x_: X,
  link_: link,
});

/** Undefined: it is not there yet, and what is drawn now will be drawn again. */
export function part<Name extends keyof Parts>(name: Name): Parts[Name] {
  if (!bridge.parts_[name]) bridge.load_(name);
  return bridge.parts_[name];
}
