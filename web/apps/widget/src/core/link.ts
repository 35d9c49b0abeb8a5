/** One socket: connect, resume from a cursor, heartbeat, reconnect with back-off. */
import { base } from "../host";
import { session } from "./api";
import { backoff } from "./basics";
import { decodeFrame } from "./decode";
import { idle } from "./state";
import type { Cursor, Frame, Json } from "./wire";

/** stopped -> connecting -> live -> waiting -> connecting; what means nothing in a state changes nothing. */
export const STOPPED = 0;
export const CONNECTING = 1;
export const LIVE = 2;
export const WAITING = 3;

export const link = {
  state_: STOPPED,
  cursor_: null as Cursor | null | undefined,
  frame_: idle as (frame: Frame) => void,
  /** `resumed` false: the server cannot tell what was missed. */
  live_: idle as (resumed: boolean | undefined) => void,
  /** Not connected; `attempt` counts the tries since it last worked. */
  lost_: idle as (attempt: number) => void,
  /** Closed for good by the server: token unknown, forbidden, logged out. */
  refused_: idle as (code: number) => void,
};

let socket: WebSocket | null;
let attempt = 0;
let heard_at: number;
let heartbeat_ms = 2e4;
let timer: ReturnType<typeof setTimeout>;

function after(ms: number, job: () => void): void {
  clearTimeout(timer);
  timer = setTimeout(job, ms);
}

function enter(state: number): void {
  clearTimeout(timer);
  link.state_ = state;
  const old = socket;
  socket = null;
  old?.close();
}

export const hangUp = (): void => enter(STOPPED);

/** Also called when the browser says that the network is gone; the socket would only notice at the next heartbeat. */
export function lose(): void {
  if (link.state_ !== CONNECTING && link.state_ !== LIVE) return;
  enter(WAITING);
  after(backoff(attempt++), connect);
  link.lost_(attempt);
}

export function connect(): void {
  enter(CONNECTING);
  try {
    const mine = new WebSocket(
      `${base.replace("http", "ws")}/api/v1/socket${link.cursor_ == null ? "" : `?after=${encodeURIComponent(link.cursor_)}`}`,
      ["parley.v1", `visitor.${session.token_}`],
    );
    socket = mine;
    // What a socket we have given up still says does not concern us any more.
    mine.onmessage = ({ data }) => mine === socket && receive(data);
    mine.onclose = ({ code }) => {
      if (mine !== socket) return;
      if (![4001, 4003, 4010].includes(code)) return lose();
      hangUp();
      link.refused_(code);
    };
    after(1e4, lose);
  } catch {
    // A page's policy may forbid the connection; the constructor then throws instead of closing.
    after(0, lose);
  }
}

function receive(data: unknown): void {
  const frame = decodeFrame(data);
  if (!frame) return;
  const { type, payload } = frame;
  heard_at = Date.now();
  if (type === "hello") {
    heartbeat_ms = payload.heartbeat_ms ?? heartbeat_ms;
    // After a resume the missed events still follow, each with its own cursor; only a fresh start jumps ahead.
    if (!payload.resumed) link.cursor_ = payload.cursor ?? link.cursor_;
    link.state_ = LIVE;
    attempt = 0;
    after(heartbeat_ms, beat);
    link.live_(payload.resumed);
  } else {
    if (type !== "pong") link.frame_(frame);
    link.cursor_ = (type === "pong" ? payload : frame).cursor ?? link.cursor_;
  }
}

function beat(): void {
  const sent_at = Date.now();
  const check = (otherwise: () => void) => () => (heard_at >= sent_at ? beat() : otherwise());
  tell({ type: "ping", t: sent_at });
  // Silent for two heartbeats is dead.
  after(
    heartbeat_ms,
    check(() => after(heartbeat_ms, check(lose))),
  );
}

/** The network is back or somebody looks at the page: do not wait out the back-off, and make sure we are alive. */
export function wakeLink(): void {
  if (link.state_ === LIVE) beat();
  if (link.state_ !== WAITING) return;
  attempt = 0;
  connect();
}

export function tell(frame: Json): void {
  if (link.state_ === LIVE) socket?.send(JSON.stringify(frame));
}
