// Starts and ends everything: the server, its peers, the load client. Whatever happens, nothing outlives this program.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, closeSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const results = join(root, "bench/results");
const bin = resolve(root, process.env.PARLEY_BENCH_BIN ?? "build-bench/bin");
export const parley = resolve(root, process.env.PARLEY_BENCH_SERVER ?? join(bin, "parley"));

const running = new Set();

function endNow(child) {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
}
process.on("exit", () => running.forEach(endNow)); // a killed server takes its database with it (PDEATHSIG)
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

export function start(program, args, { env = {}, log = "other.log", stdin = "ignore" } = {}) {
  mkdirSync(results, { recursive: true });
  const file = openSync(join(results, log), "a");
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: [stdin, "pipe", file] });
  closeSync(file);
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", (failure) => {
    console.error(`${program}: ${failure.message}`);
    process.exit(1);
  });
  return child;
}

export async function stop(child, { signal = "SIGTERM", patience = 15_000 } = {}) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  const timer = setTimeout(() => endNow(child), patience);
  child.kill(signal);
  await ended;
  clearTimeout(timer);
}

/** Runs a program to its end and gives its output; fails when it does. */
export async function finish(program, args, options = {}) {
  const child = start(program, args, options);
  let out = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  const [code, signal] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code ?? signal}, see bench/results/${options.log ?? "other.log"}\n${out}`);
  return out;
}

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

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export function emptyDirectory(name) {
  const directory = join(results, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** The load client: commands in, one JSON object per line out. */
export class Load {
  constructor(args, program = join(bin, "bench_load")) {
    this.child = start(program, args.map(String), { stdin: "pipe", log: "load.log" });
    this.waiting = [];
    this.lines = [];
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      const taker = this.waiting.shift();
      if (taker) taker.done(JSON.parse(line));
      else this.lines.push(JSON.parse(line));
    });
    this.child.once("exit", (code) => {
      this.waiting.forEach((taker) => taker.fail(new Error(`the load client ended with ${code}, see bench/results/load.log`)));
    });
  }

  line() {
    if (this.lines.length > 0) return Promise.resolve(this.lines.shift());
    if (this.child.exitCode !== null) return Promise.reject(new Error("the load client has ended, see bench/results/load.log"));
    return new Promise((done, fail) => this.waiting.push({ done, fail }));
  }

  /** Gives a command; `onMark` runs the moment the measured time is over. */
  async run(command, onMark = () => {}) {
    this.child.stdin.write(`${command}\n`);
    await this.line();
    const usage = onMark();
    return { ...(await this.line()), usage };
  }

  async end() {
    this.child.stdin.end();
    await stop(this.child);
  }
}

export const connectorProgram = join(bin, "bench_connector");
export const mailProgram = join(bin, "bench_mail");
export const parseProgram = join(bin, "bench_parse");

/** How often this disk can make something durable right now. */
export async function flushProbe(ms = 400) {
  return JSON.parse(await finish(join(bin, "bench_load"), ["flush", join(results, "flush.tmp"), String(ms)])).per_second;
}

/** Process ids of the children of a process, by program name. */
export function childOf(pid, name) {
  for (const entry of readdirSync("/proc").filter((e) => /^\d+$/.test(e))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const program = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      if (program === name && parent === pid) return Number(entry);
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`process ${pid} has no child ${name}`);
}
