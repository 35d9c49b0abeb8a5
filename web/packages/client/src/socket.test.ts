import { beforeEach, describe, expect, it } from "vitest";
import { ApiError, NetworkError } from "./errors";
import { Socket, type SocketHandlers } from "./socket";

class Wire {
  readyState = 1;
  sent: { type: string; id?: string; t?: number }[] = [];
  isClosed = false;
  constructor(
    readonly url: string,
    readonly handlers: SocketHandlers,
  ) {}
  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(): void {
    this.isClosed = true;
    this.readyState = 3;
  }
  say(type: string, payload: unknown, extra = {}): void {
    this.handlers.onMessage(JSON.stringify({ v: 1, type, payload, ...extra }));
  }
  hello(resumed = false, cursor = "c1"): void {
    this.say("hello", { session_id: "s", resumed, cursor, heartbeat_ms: 20000, server_time: 5000 });
  }
}

let wires: Wire[] = [];
let now = 0;
let timers: { id: number; at: number; run: () => void }[] = [];
let nextTimer = 1;

function makeSocket(): Socket {
  return new Socket("ws://desk/api/v1/socket", {
    open: (url, handlers) => {
      const wire = new Wire(url, handlers);
      wires.push(wire);
      return wire;
    },
    now: () => now,
    isOnline: () => true,
    random: () => 0.5,
    setTimer: (run, ms) => {
      timers.push({ id: nextTimer, at: now + ms, run });
      return nextTimer++;
    },
    clearTimer: (id) => {
      timers = timers.filter((timer) => timer.id !== id);
    },
  });
}
function pass(ms: number): void {
  const until = now + ms;
  for (;;) {
    const due = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
    if (!due) break;
    timers = timers.filter((timer) => timer !== due);
    now = due.at;
    due.run();
  }
  now = until;
}
const wire = (index: number): Wire => {
  const found = wires[index];
  if (!found) throw new Error(`no connection ${index}`);
  return found;
};

beforeEach(() => {
  wires = [];
  timers = [];
  now = 0;
});

describe("Socket", () => {
  it("resumes from the last cursor it has seen", () => {
    const socket = makeSocket();
    socket.start();
    expect(wire(0).url).toBe("ws://desk/api/v1/socket");
    wire(0).hello();
    expect(socket.isLive).toBe(true);
    expect(socket.clockOffsetMs).toBe(5000);
    const payload = { kind: "ticket.gone", ticket_id: 3 };
    wire(0).say("event", payload, { seq: 8, cursor: "c8" });
    wire(0).handlers.onClose(1006);
    expect(socket.state.name).toBe("waiting");
    pass(300);
    expect(wire(1).url).toBe("ws://desk/api/v1/socket?after=c8");
  });

  it("takes silence for death after two heartbeats, and measures lag", () => {
    const socket = makeSocket();
    socket.start();
    wire(0).hello();
    now += 12;
    wire(0).say("pong", { t: wire(0).sent[0]?.t });
    expect(socket.lagMs).toBe(12);
    pass(61_000);
    expect(wire(0).isClosed).toBe(true);
    expect(wires.length).toBeGreaterThan(1);
  });

  it("gives up on a connection that never says hello", () => {
    const socket = makeSocket();
    socket.start();
    pass(10_000);
    expect(socket.state.name).toBe("waiting");
  });

  it("answers calls, passes problems on, and fails what the loss of the line left open", async () => {
    const socket = makeSocket();
    socket.start();
    wire(0).hello();
    const good = socket.call("GET", "/api/v1/views");
    const bad = socket.call("POST", "/api/v1/x", { body: {}, key: "k2345678" });
    const open = socket.call("GET", "/api/v1/me");
    const calls = wire(0).sent.filter((frame) => frame.type === "call");
    wire(0).say("result", { id: calls[0]?.id, status: 200, body: { mine: 1 } });
    wire(0).say("result", { id: calls[1]?.id, status: 403, body: { code: "forbidden" } });
    wire(0).handlers.onClose(1001);
    await expect(good).resolves.toEqual({ mine: 1 });
    await expect(bad).rejects.toBeInstanceOf(ApiError);
    await expect(open).rejects.toBeInstanceOf(NetworkError);
  });

  it("survives frames it does not understand", () => {
    const socket = makeSocket();
    socket.start();
    wire(0).hello();
    wire(0).handlers.onMessage("not json");
    wire(0).say("from_the_future", { a: 1 });
    expect(socket.isLive).toBe(true);
  });

  it("does not come back after the session was ended", () => {
    const socket = makeSocket();
    socket.start();
    wire(0).hello();
    wire(0).handlers.onClose(4001);
    pass(60_000);
    expect(socket.state.name).toBe("closed");
    expect(wires.length).toBe(1);
  });
});
