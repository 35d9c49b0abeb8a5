/** What the loader (always on the page) and the panel (loaded on demand) know of each other. */

import type { h, icon, patch, VNode } from "./dom";

export interface Identity {
  external_id: string;
  name?: string;
  email?: string;
  hmac: string;
}

export interface Settings {
  inbox?: string;
  locale?: string;
  identity?: Identity;
  position?: "left" | "right";
  theme?: "light" | "dark";
  hide_launcher?: boolean;
}

export type EventName = "ready" | "open" | "close" | "unread" | "message";

export interface Bridge {
  /** Origin of the desk, where this script came from. */
  base_: string;
  is_zh_: boolean;
  settings_: Settings;
  /** The panel adds its style sheet to it. */
  root_: ShadowRoot;
  /** The element that holds bubble and panel, as the renderer knows it, and its style. */
  frame_: VNode;
  style_: CSSStyleDeclaration;
  /** The loader's renderer; see panel/dom.ts. */
  dom_: [typeof h, typeof icon, typeof patch];
}

/** One call of `Parley()`: what to do, and its arguments. */
export type Call = [command?: unknown, ...more: unknown[]];

/**
 * `window.Parley`. `q` and `build` are what a loader of another build looks at and keep their names for ever; the rest
 * is between a loader and the panel of the same build.
 */
export interface ParleyApi {
  (...call: Call): void;
  /** Calls that wait for the panel, first in a stub of the shop's, then here. The panel puts itself in its place. */
  q?: Call[] | { push(call: Call): void };
  build?: string;
  bridge_?: Bridge;
  /** The visitor's language: the values of panel/words.ts in their order, with "|" between. */
  words?: string;
}

declare global {
  /** In front of the names of the files this loader belongs to. */
  const __BUILD__: string;
  interface Window {
    Parley?: ParleyApi;
    parleySettings?: Settings;
  }
}
