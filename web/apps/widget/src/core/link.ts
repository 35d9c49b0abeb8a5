import { backoff } from "./basics";
import { decodeCursor, decodeFrame, number } from "./decode";
import type { Cursor, Frame } from "./wire";

/** The part of WebSocket we use, so that a test can stand in for it. */
export interface SocketLike {
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number }) => void): void;
  send(data: string): void;
  close(): void;
}
export type OpenSocket = (url: string, protocols: string[]) => SocketLike;

export type LinkState = "idle" | "connecting" | "live" | "waiting" | "stopped";
export type LinkEvent = "start" | "hello" | "lost" | "again" | "stop";

const TABLE: Record<LinkState, Partial<Record<LinkEvent, LinkState>>> = {
  idle: { start: "connecting", stop: "stopped" },
  connecting: { hello: "live", lost: "waiting", stop: "stopped" },
  live: { lost: "waiting", stop: "stopped" },
  waiting: { again: "connecting", stop: "stopped" },
  stopped: { start: "connecting" },
};

/** An event that means nothing in a state leaves it as it is. */
export function nextLinkState(state: LinkState, event: LinkEvent): LinkState {
  return TABLE[state][event] ?? state;
}

export interface LinkHooks {
  frame(frame: Frame): void;
  /** `resumed` false: the server cannot tell what was missed. */
  live(resumed: boolean): void;
  /** Not connected; `attempt` counts the tries since it last worked. */
  lost(attempt: number): void;
  /** Closed for good by the server: token unknown, forbidden, logged out. */
  refused(code: number): void;
}

const HELLO_PATIENCE_MS = 10_000;
const FINAL_CODES = [4001, 4003, 4010];

/** One socket: connect, resume from a cursor, heartbeat, reconnect with back-off. */
export class Link {
  state: LinkState = "idle";
  cursor: Cursor | null = null;
  private token = "";
  private socket: SocketLike | null = null;
  private attempt = 0;
  private heard_at = 0;
  private heartbeat_ms = 20_000;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly base: string,
    private readonly open: OpenSocket,
    private readonly hooks: LinkHooks,
  ) {}

  start(token: string, cursor: Cursor | null): void {
    this.stop();
    this.token = token;
    this.cursor = cursor;
    this.attempt = 0;
    this.step("start");
  }

  stop(): void {
    this.step("stop");
  }

  /** The network is back or somebody looks at the page: do not wait out the back-off, and make sure we are alive. */
  wake(): void {
    if (this.state === "waiting") {
      this.attempt = 0;
      this.step("again");
    } else if (this.state === "live") this.beat();
  }

  /** The browser says that the network is gone; an open socket would only notice at the next heartbeat. */
  drop(): void {
    this.step("lost");
  }

  send(frame: Record<string, unknown>): void {
    if (this.state === "live") this.socket?.send(JSON.stringify(frame));
  }

  private step(event: LinkEvent): void {
    const before = this.state;
    this.state = nextLinkState(before, event);
    if (this.state === before) return;
    clearTimeout(this.timer);
    switch (this.state) {
      case "connecting":
        this.connect();
        break;
      case "live":
        this.attempt = 0;
        this.timer = setTimeout(() => this.beat(), this.heartbeat_ms);
        break;
      case "waiting":
        this.hangUp();
        this.timer = setTimeout(() => this.step("again"), backoff(this.attempt++));
        this.hooks.lost(this.attempt);
        break;
      case "stopped":
        this.hangUp();
        break;
      case "idle":
        break;
    }
  }

  private connect(): void {
    const after = this.cursor === null ? "" : `?after=${encodeURIComponent(this.cursor)}`;
    const url = `${this.base.replace(/^http/, "ws")}/api/v1/socket${after}`;
    try {
      const socket = this.open(url, ["parley.v1", `visitor.${this.token}`]);
      this.socket = socket;
      // What a socket we have given up still says does not concern us any more.
      socket.addEventListener("message", (event) => this.socket === socket && this.receive(event.data));
      socket.addEventListener("close", (event) => this.socket === socket && this.closed(event.code));
      this.timer = setTimeout(() => this.step("lost"), HELLO_PATIENCE_MS);
    } catch {
      // A page's policy may forbid the connection; the constructor then throws instead of closing.
      this.timer = setTimeout(() => this.step("lost"));
    }
  }

  private hangUp(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private closed(code: number): void {
    if (FINAL_CODES.includes(code)) {
      this.step("stop");
      this.hooks.refused(code);
    } else this.step("lost");
  }

  private receive(data: unknown): void {
    const frame = decodeFrame(data);
    if (!frame) return;
    this.heard_at = Date.now();
    if (frame.type === "hello") {
      this.heartbeat_ms = number(frame.payload.heartbeat_ms) ?? this.heartbeat_ms;
      const resumed = frame.payload.resumed === true;
      // After a resume the missed events still follow, each with its own cursor; only a fresh start jumps ahead.
      if (!resumed) this.cursor = decodeCursor(frame.payload.cursor) ?? this.cursor;
      this.step("hello");
      this.hooks.live(resumed);
      return;
    }
    if (frame.type !== "pong") this.hooks.frame(frame);
    const cursor = frame.type === "pong" ? decodeCursor(frame.payload.cursor) : frame.cursor;
    if (cursor !== null) this.cursor = cursor;
  }

  private beat(): void {
    clearTimeout(this.timer);
    const sent_at = Date.now();
    this.send({ type: "ping", t: sent_at });
    this.timer = setTimeout(() => {
      if (this.heard_at >= sent_at) this.beat();
      else
        this.timer = setTimeout(() => (this.heard_at >= sent_at ? this.beat() : this.step("lost")), this.heartbeat_ms);
    }, this.heartbeat_ms);
  }
}
