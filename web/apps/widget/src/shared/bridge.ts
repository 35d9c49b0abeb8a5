/** What the loader (always on the page) and the panel (loaded on demand) know of each other. */

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
export type Listener = (detail: unknown) => void;

export interface Panel {
  show(): void;
  hide(): void;
  identify(identity: Identity): void;
  logout(): void;
}

export interface Bridge {
  /** Origin of the desk, where this script came from. */
  base: string;
  key: string;
  locale: string | null;
  identity: Identity | null;
  /** Inside the shadow root; the panel adds its element and its style sheet here. */
  root: ShadowRoot;
  frame: HTMLElement;
  close(): void;
  setUnread(count: number): void;
  setAccent(hex: string): void;
  emit(event: EventName, detail: unknown): void;
  /** The panel script calls this once. */
  ready(panel: Panel): void;
}

export interface ParleyApi {
  (command: string, ...args: unknown[]): void;
  /** Commands of a stub that the shop put on the page before this script arrived. */
  q?: ArrayLike<unknown>[];
  bridge?: Bridge;
}

declare global {
  interface Window {
    Parley?: ParleyApi;
    parleySettings?: Settings;
  }
}
