// A TCP proxy between clients and the server that can misbehave: cut what is open, refuse what comes, swallow bytes.
import { connect, createServer } from "node:net";

/** The same request with a cursor of the same length that nobody has given out. */
function withoutCursor(chunk) {
  const text = chunk.toString("latin1");
  if (!text.startsWith("GET /api/v1/socket?after=")) return chunk;
  return Buffer.from(text.replace(/(after=)([^& ]+)/, (_, name, cursor) => name + "A".repeat(cursor.length)), "latin1");
}

export class Proxy {
  static async to(port) {
    const proxy = new Proxy(port);
    await new Promise((done, fail) => {
      proxy.listener.once("error", fail);
      proxy.listener.listen(0, "127.0.0.1", done);
    });
    proxy.port = proxy.listener.address().port;
    return proxy;
  }

  constructor(target) {
    this.target = target;
    this.pairs = new Set();
    this.isDown = false;
    this.cuts = 0;
    this.answersLost = 0; // chance that an answer to a call is lost with its connection, after the server did the work
    this.forgetsCursors = false; // what clients say they have seen last becomes unreadable to the server
    this.listener = createServer((client) => this.accept(client));
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  accept(client) {
    client.on("error", () => undefined);
    if (this.isDown) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target, host: "127.0.0.1" });
    client.setNoDelay(true);
    server.setNoDelay(true);
    const pair = { client, server };
    this.pairs.add(pair);
    const end = () => {
      client.destroy();
      server.destroy();
      this.pairs.delete(pair);
    };
    server.on("error", end);
    client.on("close", end);
    server.on("close", end);
    client.on("data", (chunk) => {
      if (!server.write(this.forgetsCursors ? withoutCursor(chunk) : chunk)) client.pause();
    });
    server.on("drain", () => client.resume());
    client.on("end", () => server.end());
    server.on("data", (chunk) => {
      if (this.answersLost > 0 && Math.random() < this.answersLost && chunk.includes('"type":"result"')) {
        this.cuts++;
        client.resetAndDestroy();
        end();
      } else if (!client.write(chunk)) server.pause();
    });
    client.on("drain", () => server.resume());
    server.on("end", () => client.end());
  }

  /** Breaks open connections, each with the given chance; what was under way is lost. */
  cut(chance = 1) {
    for (const { client, server } of [...this.pairs]) {
      if (Math.random() >= chance) continue;
      this.cuts++;
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** The network is gone until `up()`. */
  down() {
    this.isDown = true;
    this.cut();
  }

  up() {
    this.isDown = false;
  }

  async close() {
    this.down();
    await new Promise((done) => this.listener.close(done));
  }
}
