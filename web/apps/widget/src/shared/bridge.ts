/** What the loader (always on the page) and the panel (loaded on demand) know of each other. */

import type { Files } from "../panel/files";
import type { rating } from "../panel/rating";
import type { h, icon, patch } from "./dom";

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

export interface Panel {
  setOpen_(is_open: boolean): void;
  identify_(identity: Identity): void;
  logout_(): void;
}

/** Empty until the first of them is needed. */
export interface Parts {
  rating?: typeof rating;
  files?: Files;
}

export interface Bridge {
  /** Origin of the desk, where this script came from. */
  base_: string;
  key_: string;
  is_zh_: boolean;
  identity_: Identity | null;
  /** Inside the shadow root: the panel adds its style sheet to the root and draws into the element. */
  root_: ShadowRoot;
  element_: HTMLElement;
  /** The loader's renderer; see panel/dom.ts. */
  dom_: [typeof h, typeof icon, typeof patch];
  /** What comes in a file of its own, once it is there; see panel/lazy.ts. */
  parts_: Parts;
  tools_?: unknown;
  load_(name: string): void;
  close_(): void;
  setUnread_(count: number): void;
  setAccent_(hex: string): void;
  emit_(event: EventName, detail: unknown): void;
  /** The panel script calls this once. */
  ready_(panel: Panel): void;
}

export interface ParleyApi {
  (command: string, ...args: unknown[]): void;
  /** Commands of a stub that the shop put on the page before this script arrived. */
  q?: Iterable<[string, ...unknown[]]>;
  bridge_?: Bridge;
  /** The visitor's language: the values of panel/words.ts in their order, with "|" between. */
  words?: string;
}

declare global {
  interface Window {
    Parley?: ParleyApi;
    parleySettings?: Settings;
  }
}
