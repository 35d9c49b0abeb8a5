import type { Fetch } from "./api";
import type { OpenSocket } from "./link";
import type { SessionEnv } from "./session";
import type { Id, Posted } from "./wire";

/** Other tabs of the same shop. */
export interface Channel {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

/** What the desk needs of the browser. */
export interface DeskEnv extends SessionEnv {
  base: string;
  fetch: Fetch;
  open: OpenSocket;
  channel: Channel | null;
}

/** What the screens want to be told. */
export interface DeskHooks {
  changed(): void;
  moved(from: Id | string, to: Id | string): void;
  arrived(message: Posted): void;
}
