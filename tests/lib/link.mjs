// One Parley socket: hello, calls with answers, events.
import { until, within } from "./wait.mjs";
import { WebSocket } from "./websocket.mjs";

export class CallFailed extends Error {
  constructor(path, status, body) {
    super(`${path}: ${status} ${JSON.stringify(body)?.slice(0, 200)}`);
    this.status = status;
    this.body = body;
  }
}
export class Lost extends Error {}

export class Link {
  /** `who`: {visitor: token} or {bearer: token} or {cookie, origin}. Resolves after hello. */
  static async open(base, who, { after = "", headers = {}, patience = 20_000 } = {}) {
    const query = after ? `?after=${encodeURIComponent(after)}` : "";
    const protocols = who.visitor ? ["parley.v1", `visitor.${who.visitor}`] : who.bearer ? ["parley.v1", `bearer.${who.bearer}`] : ["parley.v1"];
    const extra = { ...(who.cookie ? { cookie: who.cookie } : {}), ...(who.origin ? { origin: who.origin } : {}), ...headers };
    const socket = await WebSocket.open(`${base.replace(/^http/, "ws")}/api/v1/socket${query}`, { protocols, headers: extra, within: patience });
    const link = new Link(socket);
    await within(patience, "hello", Promise.race([link.greeted, socket.closed.then(({ code }) => Promise.reject(new Lost(`closed with ${code} before hello`)))]));
    return link;
  }

  constructor(socket) {
    this.socket = socket;
    this.frames = [];
    this.calls = new Map();
    this.serial = 0;
    this.hello = null;
    this.onFrame = null;
    this.keepsFrames = true;
    this.greeted = new Promise((done) => {
      this.greet = done;
    });
    socket.listen((text) => this.receive(JSON.parse(text)));
    const lost = () => {
      for (const { fail } of this.calls.values()) fail(new Lost("connection lost"));
      this.calls.clear();
    };
    socket.closed.then(lost);
  }

  get closed() {
    return this.socket.closed;
  }

  receive(frame) {
    if (frame.type === "result") {
      const waiting = this.calls.get(frame.payload.id);
      this.calls.delete(frame.payload.id);
      waiting?.done(frame.payload);
      return;
    }
    if (frame.type === "hello") {
      this.hello = frame.payload;
      this.greet(frame.payload);
    }
    if (this.keepsFrames) this.frames.push(frame);
    this.onFrame?.(frame);
  }

  /** The answer of a call, whatever its status. */
  ask(method, path, body, { key, query } = {}) {
    const id = String(++this.serial);
    const answer = new Promise((done, fail) => this.calls.set(id, { done, fail }));
    if (this.socket.isClosed) {
      this.calls.delete(id);
      return Promise.reject(new Lost("connection lost"));
    }
    this.send({ type: "call", id, method, path, ...(query ? { query } : {}), ...(body === undefined ? {} : { body }), ...(key ? { key } : {}) });
    return answer;
  }

  async call(method, path, body, { key, query, patience = 20_000 } = {}) {
    const answer = await within(patience, `${method} ${path}`, this.ask(method, path, body, { key, query }));
    if (answer.status > 299) throw new CallFailed(`${method} ${path}`, answer.status, answer.body);
    return answer.body;
  }

  send(frame) {
    this.socket.send(JSON.stringify(frame));
  }

  /** The first frame that fits, already here or still to come. */
  frame(what, fits, options) {
    return until(what, () => this.frames.find(fits), options);
  }

  event(kind, fits = () => true, options) {
    return this.frame(`event ${kind}`, (frame) => frame.type === "event" && frame.payload.kind === kind && fits(frame.payload), options);
  }

  close() {
    this.socket.close();
  }
}
