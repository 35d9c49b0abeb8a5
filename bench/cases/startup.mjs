// (d) From starting the process to serving, with a new data directory and with an old one, and what an empty shop holds in memory.
import { createConnection } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { existsSync } from "node:fs";
import { median, met } from "../lib/figures.mjs";
import { rssOf, threadsOf } from "../lib/machine.mjs";
import { childOf, emptyDirectory, parley, pause, start, stop } from "../lib/processes.mjs";

const ms = () => Number(process.hrtime.bigint()) / 1e6;

/** The moment somebody listens at the database's socket. */
function listens(path, isOver) {
  return new Promise((done) => {
    const ask = () => {
      if (isOver()) return done(ms());
      if (!existsSync(path)) return void setTimeout(ask, 1);
      const socket = createConnection(path);
      socket.once("connect", () => (socket.destroy(), done(ms())));
      socket.once("error", () => setTimeout(ask, 1));
    };
    ask();
  });
}

async function once(data) {
  const begun = ms();
  let ready = 0;
  const child = start(parley, ["serve", "--port", "0", "--data", data], { env: { PARLEY_LOG_LEVEL: "warning" }, log: "server.log" });
  const serving = new Promise((done, fail) => {
    createInterface({ input: child.stdout }).on("line", (line) => line.startsWith("ready ") && ((ready = ms()), done()));
    child.once("exit", () => fail(new Error("the server ended, see bench/results/server.log")));
  });
  const database = await listens(join(data, "run/db.sock"), () => ready > 0);
  await serving;
  await pause(1_500);
  const out = { total: ready - begun, afterDatabase: ready - database, rss: rssOf(child.pid), databaseRss: rssOf(childOf(child.pid, "mariadbd")), threads: threadsOf(child.pid) };
  const stopping = ms();
  await stop(child);
  out.stopped = ms() - stopping;
  return out;
}

export async function measureStartup(table, { rounds, say }) {
  const cold = [], warm = [];
  for (let round = 0; round < rounds; round++) {
    const data = emptyDirectory("data-startup");
    cold.push(await once(data));
    warm.push(await once(data));
    say(`cold ${cold.at(-1).total.toFixed(0)} ms (${cold.at(-1).afterDatabase.toFixed(0)} after the database), warm ${warm.at(-1).total.toFixed(0)} (${warm.at(-1).afterDatabase.toFixed(0)}), RSS ${warm.at(-1).rss.toFixed(0)} + ${warm.at(-1).databaseRss.toFixed(0)} MB`);
  }
  const of = (rows, name) => rows.map((row) => row[name]);
  table.add("d", "new data directory: start to ready", of(cold, "total"), "ms");
  table.add("d", "  of it after the database listens (migrations)", of(cold, "afterDatabase"), "ms", "< 1,000 ms", met(median(of(cold, "afterDatabase")) < 1000));
  table.add("d", "old data directory: start to ready", of(warm, "total"), "ms");
  table.add("d", "  of it after the database listens", of(warm, "afterDatabase"), "ms", "< 1,000 ms", met(median(of(warm, "afterDatabase")) < 1000));
  table.add("d", "empty shop: resident memory of the server", of(warm, "rss"), "MB", "< 150 MB", met(median(of(warm, "rss")) < 150));
  table.add("d", "  of its mariadbd", of(warm, "databaseRss"), "MB");
  table.add("d", "SIGTERM to gone, idle", of(warm, "stopped"), "ms");
  return { cold, warm };
}
