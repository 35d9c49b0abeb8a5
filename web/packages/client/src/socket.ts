import { type ClientFrame, decode, type Method, type ServerFrame, serverFrame } from "@parley/protocol";
import { backoffDelay } from "./backoff";
import { attemptOf, type ConnectionEvent, type ConnectionState, step } from "./connection";
import { Emitter } from "./emitter";
import { ApiError, NetworkError } from "./errors";
import { plainQuery, type Query } from "./http";

/** What the socket needs from its surroundings; tests bring their own. */
export interface SocketEnvironment {
  open: (url: string, handlers: SocketHandlers) => WebSocketLike;
  now: () => number;
  isOnline: () => boolean;
  random: () => number;
  setTimer: (run: () => void, ms: number) => number;
  clearTimer: (id: number) => void;
}

export interface SocketHandlers {
  onMessage: (data: unknown) => void;
  onClose: (code: number) => void;
}

export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(): void;
}

export interface CallOptions {
  query?: Query;
  body?: unknown;
  key?: string;
  timeoutMs?: number;
}

interface PendingCall {
  resolve: (body: unknown) => void;
  reject: (error: Error) => void;
  timer: number;
}

const OPEN = 1;

export class Socket {
  readonly frames = new Emitter<ServerFrame>();
  readonly stateChanged = new Emitter();
  state: ConnectionState = { name: "idle" };
  lagMs: number | null = null;
  /** Server clock minus ours. */
  clockOffsetMs = 0;

  private socket: WebSocketLike | null = null;
  private cursor: string | null = null;
  private heartbeatMs = 20_000;
  private lastFrameAt = 0;
  private nextId = 1;
  private retryTimer = 0;
  private pingTimer = 0;
  private helloTimer = 0;
  private readonly calls = new Map<string, PendingCall>();

  constructor(
    private readonly url: string,
    private readonly env: SocketEnvironment,
  ) {}

  start(after: string | null = null): void {
    if (after !== null) this.cursor = after;
    this.dispatch({ type: "start" });
  }

  stop(): void {
    this.cursor = null;
    this.dispatch({ type: "stop" });
  }

  networkUp = (): void => this.dispatch({ type: "network_up" });
  networkDown = (): void => this.dispatch({ type: "network_down" });

  get isLive(): boolean {
    return this.state.name === "live" && this.socket?.readyState === OPEN;
  }

  send(frame: ClientFrame): boolean {
    if (!this.isLive || !this.socket) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Any operation over the socket. Rejects with NetworkError when no answer comes: then HTTP with the same key is safe. */
  call(method: Method, path: string, options: CallOptions = {}): Promise<unknown> {
    const id = String(this.nextId++);
    const frame: ClientFrame = {
      type: "call",
      id,
      method,
      path,
      query: plainQuery(options.query),
      body: options.body ?? null,
      ...(options.key === undefined ? {} : { key: options.key }),
    };
    return new Promise((resolve, reject) => {
      const timer = this.env.setTimer(() => this.failCall(id, "no answer"), options.timeoutMs ?? 8000);
      this.calls.set(id, { resolve, reject, timer });
      if (!this.send(frame)) this.failCall(id, "not connected");
    });
  }

  private dispatch(event: ConnectionEvent): void {
    const before = this.state;
    const after = step(before, event);
    if (after === before) return;
    this.state = after;
    this.carryOut(after);
    this.stateChanged.emit();
  }

  private carryOut(state: ConnectionState): void {
    this.env.clearTimer(this.retryTimer);
    if (state.name !== "live") this.env.clearTimer(this.pingTimer);
    if (state.name === "connecting") this.open();
    else if (state.name === "waiting") {
      this.drop();
      this.retryTimer = this.env.setTimer(() => this.dispatch({ type: "retry" }), state.delayMs);
    } else if (state.name !== "live") this.drop();
  }

  private open(): void {
    this.drop();
    const after = this.cursor === null ? "" : `?after=${encodeURIComponent(this.cursor)}`;
    const socket: WebSocketLike = this.env.open(this.url + after, {
      onMessage: (data) => {
        if (socket === this.socket) this.receive(data);
      },
      onClose: (code) => this.lost(socket, code),
    });
    this.socket = socket;
    this.helloTimer = this.env.setTimer(() => this.lost(socket, 0), 10_000);
  }

  private drop(): void {
    this.env.clearTimer(this.helloTimer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    for (const id of [...this.calls.keys()]) this.failCall(id, "connection lost");
  }

  private lost(socket: WebSocketLike, code: number): void {
    if (socket !== this.socket) return;
    const delayMs = backoffDelay(attemptOf(this.state), this.env.random);
    this.dispatch({ type: "lost", code, isOnline: this.env.isOnline(), delayMs });
  }

  private failCall(id: string, reason: string): void {
    const call = this.calls.get(id);
    if (!call) return;
    this.calls.delete(id);
    this.env.clearTimer(call.timer);
    call.reject(new NetworkError(reason));
  }

  private receive(data: unknown): void {
    this.lastFrameAt = this.env.now();
    const frame = parseFrame(data);
    if (!frame) return;
    if (frame.type === "hello") this.welcome(frame);
    else if (frame.type === "pong") this.pong(frame.t);
    else if (frame.type === "result") this.settle(frame.id, frame.status, frame.body);
    else if (frame.type === "event" && frame.cursor) this.cursor = frame.cursor;
    else if (frame.type === "reset") this.cursor = null;
    this.frames.emit(frame);
  }

  private welcome(frame: Extract<ServerFrame, { type: "hello" }>): void {
    this.env.clearTimer(this.helloTimer);
    this.cursor = frame.cursor;
    this.heartbeatMs = Math.max(1000, frame.heartbeat_ms);
    this.clockOffsetMs = frame.server_time - this.env.now();
    this.dispatch({ type: "hello", now: this.env.now() });
    this.ping();
  }

  private pong(sentAt: number): void {
    const lag = this.env.now() - sentAt;
    if (lag >= 0 && lag < 60_000) this.lagMs = Math.round(lag);
    this.stateChanged.emit();
  }

  private settle(id: string, status: number, body: unknown): void {
    const call = this.calls.get(id);
    if (!call) return;
    this.calls.delete(id);
    this.env.clearTimer(call.timer);
    if (status >= 200 && status < 300) call.resolve(body);
    else call.reject(new ApiError(decode.problem(status, body)));
  }

  private ping = (): void => {
    if (!this.socket || this.state.name !== "live") return;
    if (this.env.now() - this.lastFrameAt > 2 * this.heartbeatMs) {
      this.lost(this.socket, 0);
      return;
    }
    this.send({ type: "ping", t: this.env.now() });
    this.pingTimer = this.env.setTimer(this.ping, this.heartbeatMs);
  };
}

function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    return serverFrame(JSON.parse(data));
  } catch (error) {
    console.warn("ignored a frame", error);
    return null;
  }
}
