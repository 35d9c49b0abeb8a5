// The real server on a data directory of its own. The demo shop is loaded once per run and copied.
import { spawn } from "node:child_process";
import { closeSync, cpSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./wait.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = resolve(root, process.env.PARLEY_BIN ?? "build/bin/parley");

const running = new Set();
const directories = new Set();
let hasFailed = false;

/** Keeps the logs of a failed run; PARLEY_KEEP=1 keeps the data as well. */
export function keepFiles() {
  hasFailed = true;
}

export function workDirectory(name) {
  const directory = mkdtempSync(join(tmpdir(), `parley-${name}-`));
  directories.add(directory);
  return directory;
}

function killAll() {
  for (const server of running) server.killNow();
  if (process.env.PARLEY_KEEP) return;
  for (const directory of directories) rmSync(hasFailed ? join(directory, "data") : directory, { recursive: true, force: true });
}
process.on("exit", killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

function run(args, { env = {}, log }) {
  const out = openSync(log, "a");
  try {
    return spawn(binary, args, { cwd: root, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", out], detached: true });
  } finally {
    closeSync(out);
  }
}

const ended = (child) => new Promise((done) => (child.exitCode !== null || child.signalCode !== null ? done() : child.once("exit", done)));

/** A free port. It stays free long enough: nothing else on this machine picks ports at random while we start. */
export function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Ends a database that outlived its killed server. It is ours: its pid file lies in our directory. */
function killOrphan(data) {
  const directory = join(data, "run");
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith(".pid"))) {
    const pid = Number.parseInt(readFileSync(join(directory, name), "utf8"), 10);
    if (!(pid > 1)) continue;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (command.includes(data)) process.kill(pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
}

let template = null;
/** The demo shop: `{directory, logins: [{role, email, password}]}`. */
export async function demoTemplate() {
  template ??= loadDemo();
  return template;
}

async function loadDemo() {
  if (!existsSync(binary)) throw new Error(`there is no server at ${binary}; build it or set PARLEY_BIN`);
  const directory = join(workDirectory("template"), "data");
  const log = join(dirname(directory), "demo.log");
  const child = run(["demo", "--port", "0", "--data", directory], { log });
  const handle = { killNow: () => kill(child, directory) };
  running.add(handle);
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  const timer = setTimeout(() => kill(child, directory), 240_000);
  await ended(child);
  clearTimeout(timer);
  running.delete(handle);
  if (child.exitCode !== 0) throw new Error(`loading the demo shop ended with ${child.exitCode ?? child.signalCode}\n${tail(log)}`);
  const logins = out.split("\n").flatMap((line) => {
    const [word, role, email, password] = line.trim().split(" ");
    return word === "login" ? [{ role, email, password }] : [];
  });
  if (logins.length === 0) throw new Error(`the demo shop printed no log-ins:\n${out}`);
  return { directory, logins };
}

function kill(child, data) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Gone already.
  }
  killOrphan(data);
}

function tail(file, lines = 40) {
  try {
    return readFileSync(file, "utf8").split("\n").slice(-lines).join("\n");
  } catch {
    return "";
  }
}

export class Server {
  /** A copy of the demo shop, serving. */
  static async demo(name, { env = {}, port } = {}) {
    const { directory, logins } = await demoTemplate();
    const home = workDirectory(name);
    const data = join(home, "data");
    cpSync(directory, data, { recursive: true });
    const server = new Server(data, port ?? (await freePort()), env, join(home, "server.log"));
    server.smtpPort = await freePort();
    server.logins = logins;
    await server.start();
    return server;
  }

  constructor(data, port, env, log) {
    this.data = data;
    this.port = port;
    this.smtpPort = 0;
    this.env = env;
    this.log = log;
    this.child = null;
    this.starts = 0;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  login(role, email = null) {
    const found = this.logins.find((entry) => entry.role === role && (email === null || entry.email.startsWith(email)));
    if (!found) throw new Error(`the demo shop has no ${role} ${email ?? ""}`);
    return found;
  }

  async start() {
    const child = run(["serve", "--port", String(this.port), "--smtp-port", String(this.smtpPort), "--data", this.data], { env: this.env, log: this.log });
    this.child = child;
    this.starts++;
    running.add(this);
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    await until("the server to be ready", () => {
      if (child.exitCode !== null || child.signalCode !== null) return true;
      return out.includes("ready http");
    }, { within: 120_000 });
    if (!out.includes("ready http")) throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}\n${tail(this.log)}`);
  }

  get isRunning() {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** kill -9 of the server process alone, as an out-of-memory killer would. */
  async crash() {
    const child = this.child;
    process.kill(child.pid, "SIGKILL");
    await ended(child);
  }

  /** SIGTERM, then wait. Returns how long it took. */
  async stop() {
    const child = this.child;
    if (!child) return 0;
    const began = Date.now();
    if (this.isRunning) {
      process.kill(child.pid, "SIGTERM");
      const timer = setTimeout(() => this.killNow(), 60_000);
      await ended(child);
      clearTimeout(timer);
    }
    running.delete(this);
    killOrphan(this.data);
    return Date.now() - began;
  }

  killNow() {
    if (this.child) kill(this.child, this.data);
    running.delete(this);
  }

  tail(lines = 40) {
    return tail(this.log, lines);
  }

  /** Log lines that must not occur in a healthy run. */
  complaints() {
    try {
      return readFileSync(this.log, "utf8").split("\n").filter((line) => / E |call_failed|_failed |terminate|AddressSanitizer/.test(line));
    } catch {
      return [];
    }
  }
}
