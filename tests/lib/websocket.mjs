// A WebSocket client (RFC 6455) that can also send what no proper client would.
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";

export const opcode = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export class HandshakeRefused extends Error {
  constructor(status, head, body) {
    super(`the server answered the upgrade with ${status}`);
    this.status = status;
    this.head = head;
    this.body = body;
  }
}

export class WebSocket {
  /** Resolves when the connection is upgraded; rejects with HandshakeRefused or the network's error. */
  static open(url, { protocols = [], headers = {}, within = 20_000 } = {}) {
    return new Promise((done, fail) => {
      const socket = new WebSocket(url, protocols, headers);
      const timer = setTimeout(() => {
        socket.destroy();
        fail(new Error(`no WebSocket within ${within / 1000} s`));
      }, within);
      const settle = (outcome) => (value) => {
        clearTimeout(timer);
        outcome(value);
      };
      socket.opened.then(settle(() => done(socket)), settle(fail));
    });
  }

  constructor(url, protocols, headers) {
    const { hostname, port, pathname, search, host } = new URL(url.replace(/^ws/, "http"));
    const key = randomBytes(16).toString("base64");
    this.expected = createHash("sha1").update(key + MAGIC).digest("base64");
    this.buffer = Buffer.alloc(0);
    this.pieces = [];
    this.isOpen = false;
    this.isClosed = false;
    this.isPaused = false;
    this.onText = null;
    this.onClose = null;
    this.waiting = []; // texts that came before onText was set
    this.code = null;
    this.reason = "";
    this.closed = new Promise((done) => {
      this.reportClosed = done;
    });
    this.opened = new Promise((done, fail) => {
      this.reportOpen = done;
      this.reportRefused = fail;
    });
    this.opened.catch(() => undefined);
    this.tcp = connect({ host: hostname, port: Number(port) });
    this.tcp.setNoDelay(true);
    this.tcp.on("connect", () => {
      const lines = [`GET ${pathname}${search} HTTP/1.1`, `Host: ${host}`, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${key}`];
      if (protocols.length > 0) lines.push(`Sec-WebSocket-Protocol: ${protocols.join(", ")}`);
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
      this.tcp.write(`${lines.join("\r\n")}\r\n\r\n`);
    });
    this.tcp.on("data", (chunk) => this.receive(chunk));
    this.tcp.on("error", (error) => this.end(error));
    this.tcp.on("close", () => this.end(new Error("connection closed")));
  }

  receive(chunk) {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    if (!this.isOpen && !this.readHandshake()) return;
    while (this.readFrame());
  }

  readHandshake() {
    const end = this.buffer.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const head = this.buffer.subarray(0, end).toString("latin1");
    const status = Number(head.split(" ")[1]);
    if (status !== 101) {
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (this.buffer.length < end + 4 + length) return false;
      this.reportRefused(new HandshakeRefused(status, head, this.buffer.subarray(end + 4).toString("utf8")));
      this.tcp.destroy();
      return false;
    }
    if (!head.includes(this.expected)) {
      this.reportRefused(new Error("the server's Sec-WebSocket-Accept is wrong"));
      this.tcp.destroy();
      return false;
    }
    this.protocol = /sec-websocket-protocol: (.*)/i.exec(head)?.[1] ?? "";
    this.buffer = this.buffer.subarray(end + 4);
    this.isOpen = true;
    this.reportOpen();
    return true;
  }

  readFrame() {
    const { buffer } = this;
    if (buffer.length < 2) return false;
    let length = buffer[1] & 0x7f;
    let at = 2;
    if (length === 126) {
      if (buffer.length < 4) return false;
      length = buffer.readUInt16BE(2);
      at = 4;
    } else if (length === 127) {
      if (buffer.length < 10) return false;
      length = Number(buffer.readBigUInt64BE(2));
      at = 10;
    }
    if (buffer.length < at + length) return false;
    const payload = buffer.subarray(at, at + length);
    const kind = buffer[0] & 0x0f;
    const isLast = (buffer[0] & 0x80) !== 0;
    this.buffer = buffer.subarray(at + length);
    this.handle(kind, isLast, payload);
    return true;
  }

  handle(kind, isLast, payload) {
    if (kind === opcode.ping) this.sendFrame(opcode.pong, payload);
    else if (kind === opcode.close) {
      this.code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.reason = payload.subarray(2).toString("utf8");
      this.sendFrame(opcode.close, payload.subarray(0, 2));
      this.tcp.end();
    } else if (kind === opcode.text || kind === opcode.more) {
      this.pieces.push(Buffer.from(payload));
      if (!isLast) return;
      const text = Buffer.concat(this.pieces).toString("utf8");
      this.pieces = [];
      if (this.onText) this.onText(text);
      else this.waiting.push(text);
    }
  }

  listen(handler) {
    this.onText = handler;
    for (const text of this.waiting.splice(0)) handler(text);
  }

  end(error) {
    if (this.isClosed) return;
    this.isClosed = true;
    this.reportRefused(error);
    this.reportClosed({ code: this.code ?? 1006, reason: this.reason });
    this.onClose?.(this.code ?? 1006, this.reason);
  }

  send(text) {
    this.sendFrame(opcode.text, Buffer.from(text));
  }

  /** One frame of any kind; `isMasked` and `isLast` can be wrong on purpose, `bits` sets reserved bits. */
  sendFrame(kind, payload = Buffer.alloc(0), { isLast = true, isMasked = true, bits = 0, length = payload.length } = {}) {
    if (this.isClosed) return;
    const head = [(isLast ? 0x80 : 0) | bits | kind];
    const mask = isMasked ? 0x80 : 0;
    if (length < 126) head.push(mask | length);
    else if (length < 65_536) head.push(mask | 126, length >> 8, length & 0xff);
    else {
      const eight = Buffer.alloc(8);
      eight.writeBigUInt64BE(BigInt(length));
      head.push(mask | 127, ...eight);
    }
    if (!isMasked) {
      this.tcp.write(Buffer.concat([Buffer.from(head), payload]));
      return;
    }
    const key = randomBytes(4);
    const masked = Buffer.allocUnsafe(payload.length);
    for (let i = 0; i < payload.length; i++) masked[i] = payload[i] ^ key[i & 3];
    this.tcp.write(Buffer.concat([Buffer.from(head), key, masked]));
  }

  close(code = 1000) {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.sendFrame(opcode.close, payload);
  }

  destroy() {
    this.tcp.destroy();
  }
}
