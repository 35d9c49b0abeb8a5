// A server with an empty shop, and the little of its API that a benchmark needs to fill it.
import { Agent, request } from "node:http";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { childOf, emptyDirectory, finish, parley, results, start, stop } from "./processes.mjs";

export const admin = { email: "admin@bench.example", password: "benchmark-password" };

// The guards against abuse would stop a benchmark within a second.
const unlimited = {
  PARLEY_LIMITS_VISITOR_PER_SECOND: "0",
  PARLEY_LIMITS_AGENT_PER_SECOND: "0",
  PARLEY_LIMITS_ADDRESS_PER_SECOND: "0",
  PARLEY_LISTEN_CONNECTIONS_MAX: "25000",
  PARLEY_LOG_LEVEL: "warning",
};

export class Server {
  /** A shop with one administrator in a new data directory. */
  static async create(name) {
    const data = emptyDirectory(name);
    await finish(parley, ["user", "add", "--role", "administrator", "--email", admin.email, "--password", admin.password, "--data", data], { log: "server.log" });
    return new Server(data);
  }

  constructor(data) {
    this.data = data;
    this.args = []; // more for `serve`, and for its environment
    this.env = {};
  }

  async start() {
    this.child = start(parley, ["serve", "--port", "0", "--data", this.data, ...this.args], { env: { ...unlimited, ...this.env }, log: "server.log" });
    const address = await new Promise((done, fail) => {
      createInterface({ input: this.child.stdout }).on("line", (line) => line.startsWith("ready ") && done(line.slice(6)));
      this.child.once("exit", (code) => fail(new Error(`the server ended with ${code}, see bench/results/server.log`)));
    });
    this.port = Number(new URL(address).port);
    this.pid = this.child.pid;
    this.database = childOf(this.pid, "mariadbd");
    this.agent = new Agent({ keepAlive: true, maxSockets: 16 });
    return this;
  }

  async stop() {
    this.agent?.destroy();
    await stop(this.child);
  }

  /** The database's Unix socket, from its command line. */
  databaseSocket() {
    return /--socket=([^\0]+)/.exec(readFileSync(`/proc/${this.database}/cmdline`, "utf8"))[1];
  }

  call(method, path, body, authorization = this.token && `Bearer ${this.token}`, extra = {}) {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text), ...(authorization ? { authorization } : {}), ...extra };
    return new Promise((done, fail) => {
      const sent = request({ host: "127.0.0.1", port: this.port, method, path, headers, agent: this.agent }, (answer) => {
        let out = "";
        answer.on("data", (chunk) => (out += chunk));
        answer.on("end", () => (answer.statusCode < 300 ? done({ body: out === "" ? null : JSON.parse(out), headers: answer.headers }) : fail(new Error(`${method} ${path}: ${answer.statusCode} ${out}`))));
      });
      sent.once("error", fail);
      sent.end(text);
    });
  }

  /** Logs in and makes an API token. */
  async tokenOf({ email, password }) {
    const login = await this.call("POST", "/api/v1/login", { email, password }, null);
    const cookie = login.headers["set-cookie"].map((line) => line.split(";")[0]).join("; ");
    const made = await this.call("POST", "/api/v1/me/tokens", { name: "bench" }, null, { cookie, "x-csrf-token": login.body.csrf_token });
    return made.body.token;
  }

  async logIn() {
    this.token = await this.tokenOf(admin);
  }

  /** An agent with a token: `{id, token}`. */
  async makeAgent(number, teams = []) {
    const credentials = { email: `agent${number}@bench.example`, password: "benchmark-password" };
    const { agent } = (await this.call("POST", "/api/v1/agents", { ...credentials, name: `Agent ${number}`, role: "agent", team_ids: teams, chat_capacity: 20 })).body;
    return { id: agent.id, token: await this.tokenOf(credentials) };
  }

  async makeTeam(name) {
    return (await this.call("POST", "/api/v1/teams", { name, member_ids: [] })).body.team.id;
  }

  async makeInbox(name, team = null) {
    return (await this.call("POST", "/api/v1/inboxes", { name, team_id: team, assignment: "manual" })).body.inbox;
  }

  async makeVisitor(inbox) {
    return (await this.call("POST", "/api/v1/widget/session", { inbox_key: inbox.key, locale: "en" }, null)).body.visitor_token;
  }

  /** A visitor with a conversation, given to an agent: `{token, conversation}`. */
  async makeConversation(inbox, assignee = null) {
    const token = await this.makeVisitor(inbox);
    const started = await this.call("POST", "/api/v1/widget/conversations", { client_id: `start-${Math.random().toString(36).slice(2)}`, text: "Where is my parcel?" }, `Visitor ${token}`);
    const conversation = started.body.conversation.id;
    if (assignee) await this.call("PATCH", `/api/v1/tickets/${conversation}`, { assignee_id: assignee });
    return { token, conversation };
  }

  async metrics() {
    return new Promise((done, fail) => {
      request({ host: "127.0.0.1", port: this.port, path: "/metrics" }, (answer) => {
        let out = "";
        answer.on("data", (chunk) => (out += chunk));
        answer.on("end", () => done(out));
      }).once("error", fail).end();
    });
  }
}

/** Runs `make(i)` for 0..count-1, sixteen at a time. */
export async function many(count, make) {
  const out = new Array(count);
  let next = 0;
  const work = async () => {
    while (next < count) {
      const i = next++;
      out[i] = await make(i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(16, count) }, work));
  return out;
}

export function writeLines(name, lines) {
  const file = join(results, name);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  return file;
}

export const isBuilt = () => existsSync(parley);
