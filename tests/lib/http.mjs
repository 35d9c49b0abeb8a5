// HTTP exactly as a test says it: nothing is normalised, followed or retried.
import { request as open, Agent as KeepAlive } from "node:http";
import { connect } from "node:net";

const pool = new KeepAlive({ keepAlive: true, maxSockets: 64 });

/** `{status, headers, text, body}`; `body` is the parsed JSON or null. */
export function send(base, method, path, { body, headers = {}, raw, within = 20_000 } = {}) {
  const { hostname, port } = new URL(base);
  const bytes = raw !== undefined ? Buffer.from(raw) : body === undefined ? null : Buffer.from(JSON.stringify(body));
  const all = { ...headers };
  if (bytes && !Object.keys(all).some((name) => name.toLowerCase() === "content-type")) all["content-type"] = "application/json";
  if (bytes) all["content-length"] = bytes.length;
  return new Promise((done, fail) => {
    const call = open({ hostname, port, method, path, headers: all, agent: pool, timeout: within }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", fail);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        let parsed = null;
        try {
          parsed = text === "" ? null : JSON.parse(text);
        } catch {
          // Not JSON: the caller looks at text.
        }
        done({ status: answer.statusCode, headers: answer.headers, text, body: parsed });
      });
    });
    call.on("timeout", () => call.destroy(new Error(`${method} ${path}: no answer within ${within / 1000} s`)));
    call.on("error", fail);
    call.end(bytes ?? undefined);
  });
}

/** Writes bytes as they are and hands back everything the server says until it closes or falls silent. */
export function sendBytes(port, bytes, { silence = 2_000, within = 10_000 } = {}) {
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const chunks = [];
    let quiet;
    const finish = () => {
      clearTimeout(quiet);
      clearTimeout(limit);
      socket.destroy();
      done(Buffer.concat(chunks).toString("latin1"));
    };
    const limit = setTimeout(finish, within);
    socket.on("connect", () => {
      socket.write(bytes);
      quiet = setTimeout(finish, silence);
    });
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      clearTimeout(quiet);
      quiet = setTimeout(finish, 150);
    });
    socket.on("error", finish);
    socket.on("close", finish);
  });
}

let serial = 0;
/** A fresh client id or idempotency key. */
export function newKey(prefix = "test") {
  serial++;
  return `${prefix}-${process.pid.toString(36)}-${Date.now().toString(36)}-${serial}`;
}

export class Refused extends Error {
  constructor(method, path, answer) {
    super(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    this.answer = answer;
  }
}

class Client {
  constructor(base) {
    this.base = base;
  }

  credentials() {
    return {};
  }

  raw(method, path, { headers = {}, ...rest } = {}) {
    return send(this.base, method, path, { headers: { ...this.credentials(), ...headers }, ...rest });
  }

  /** The parsed answer; throws Refused for anything but 2xx. */
  async call(method, path, body, options = {}) {
    const answer = await this.raw(method, path, { ...(body === undefined ? {} : { body }), ...options });
    if (answer.status < 200 || answer.status > 299) throw new Refused(method, path, answer);
    return answer.body;
  }
}

/** An agent with a log-in cookie. */
export class Agent extends Client {
  static async login(server, role, name = null) {
    const { email, password } = server.login(role, name);
    return Agent.loginAs(server.url, email, password);
  }

  static async loginAs(base, email, password) {
    const agent = new Agent(base);
    const answer = await send(base, "POST", "/api/v1/login", { body: { email, password } });
    if (answer.status !== 200) throw new Refused("POST", "/api/v1/login", answer);
    agent.cookie = String(answer.headers["set-cookie"]?.[0] ?? "").split(";")[0];
    agent.csrf = answer.body.csrf_token;
    agent.me = answer.body.agent;
    return agent;
  }

  credentials() {
    return { cookie: this.cookie, "x-csrf-token": this.csrf };
  }

  /** Everything written in a ticket, oldest first. */
  async messages(ticketId) {
    const items = [];
    for (let after = 0; ; ) {
      const page = await this.call("GET", `/api/v1/tickets/${ticketId}/messages?after=${after}&limit=200`);
      items.push(...page.items);
      if (!page.has_more || page.items.length === 0) return items;
      after = page.items.at(-1).id;
    }
  }

  reply(ticketId, text, more = {}) {
    return this.call("POST", `/api/v1/tickets/${ticketId}/messages`, { client_id: newKey("reply"), kind: "reply", text, seen_version: 1, force: true, ...more });
  }

  note(ticketId, text) {
    return this.call("POST", `/api/v1/tickets/${ticketId}/messages`, { client_id: newKey("note"), kind: "note", text, seen_version: 1 });
  }
}

/** A visitor of an inbox, without a browser. */
export class Visitor extends Client {
  static async enter(base, inboxKey, more = {}, options = {}) {
    const visitor = new Visitor(base);
    const answer = await send(base, "POST", "/api/v1/widget/session", { body: { inbox_key: inboxKey, ...more }, ...options });
    if (answer.status !== 200) throw new Refused("POST", "/api/v1/widget/session", answer);
    visitor.session = answer.body;
    visitor.token = answer.body.visitor_token;
    return visitor;
  }

  credentials() {
    return { authorization: `Visitor ${this.token}` };
  }

  begin(text, more = {}) {
    return this.call("POST", "/api/v1/widget/conversations", { client_id: newKey("start"), text, ...more });
  }

  write(conversationId, text, more = {}) {
    return this.call("POST", `/api/v1/widget/conversations/${conversationId}/messages`, { client_id: newKey("visitor"), text, ...more });
  }
}
