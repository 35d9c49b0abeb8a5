// (g) Mail in: SMTP -> read -> committed as the ticket of a new customer -> 250; and the memory that large mails and slow clients cost.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { readFileSync, writeFileSync } from "node:fs";
import { median } from "../lib/figures.mjs";
import { cpuOf, rssOf, stopwatch } from "../lib/machine.mjs";
import { Server } from "../lib/parley.mjs";
import { Load, connectorProgram, finish, flushProbe, freePort, mailProgram, parseProgram, pause } from "../lib/processes.mjs";
import { RequestTracker, isInstalled } from "../lib/request_tracker.mjs";

const address = "support@bench.example";
const sessions = [1, 8, 32];
const slowClients = 200;
const largeBytes = 30 * 1024 * 1024;

async function makeShop() {
  const smtpPort = await freePort();
  const server = await Server.create("data-mail");
  server.smtpPort = smtpPort;
  server.args = ["--smtp-port", String(smtpPort)];
  server.env = { PARLEY_SMTP_CONNECTIONS_PER_ADDRESS_MAX: "0" };
  await server.start();
  await server.logIn();
  await server.call("POST", "/api/v1/email/inboxes", { name: "Support", assignment: "manual", email: { address, incoming: "smtp", outgoing: "none" } });
  return server;
}

async function connector(server, connections, seconds) {
  return JSON.parse(await finish(connectorProgram, [server.databaseSocket(), userInfo().username, String(seconds), String(connections), "mail", "parley", String(server.database)]));
}

async function measured(server, load, connections, seconds) {
  const run = await load.run(`run ${connections} ${seconds}`, stopwatch([server.pid, server.database]));
  const [app, database] = run.usage.cpu.map((cpu) => (cpu / run.mails) * 1e6);
  const foreign = Math.max(0, run.usage.foreign - run.client_cpu_s / (run.usage.seconds * 2));
  return { ...run, app, database, foreign, client: (run.client_cpu_s / run.mails) * 1e6, clientShare: (run.client_cpu_s / run.seconds) * 100 };
}

// ---- memory

const peakOf = (pid) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
const forgetPeak = (pid) => writeFileSync(`/proc/${pid}/clear_refs`, "5");

/** A session up to the text of a mail; `answer` waits for the next answer. */
async function openMail(port) {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  let seen = "";
  socket.on("data", (chunk) => (seen += chunk));
  socket.on("error", () => {});
  const answer = async (code, count = 1) => {
    const begun = Date.now();
    while ((seen.match(new RegExp(`^${code} [^\n]*\n`, "gm")) ?? []).length < count) {
      if (Date.now() - begun > 120_000 || socket.destroyed) throw new Error(`no ${code} from the SMTP port, but: ${seen}`);
      await pause(5);
    }
    seen = "";
  };
  await answer(220);
  socket.write("EHLO slow.example\r\n");
  await answer(250);
  socket.write(`MAIL FROM:<slow@customers.example>\r\nRCPT TO:<${address}>\r\nDATA\r\n`);
  await answer(354);
  return { socket, answer };
}

const largeMail = () =>
  `From: Large <large@customers.example>\r\nTo: ${address}\r\nSubject: The film\r\nMessage-ID: <${randomBytes(8).toString("hex")}@customers.example>\r\nMIME-Version: 1.0\r\n` +
  'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--b\r\nContent-Type: video/mp4; name="film.mp4"\r\n' +
  "Content-Disposition: attachment; filename=film.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
  randomBytes(largeBytes).toString("base64").replace(/.{76}/g, "$&\r\n") +
  "\r\n--b--\r\n.\r\n";

async function measureLarge(server) {
  const mail = largeMail();
  const before = rssOf(server.pid), cpu = cpuOf(server.pid);
  forgetPeak(server.pid);
  const { socket, answer } = await openMail(server.smtpPort);
  const begun = Date.now();
  socket.write(mail);
  await answer(250);
  const seconds = (Date.now() - begun) / 1000;
  socket.end("QUIT\r\n");
  await pause(2_000);
  return { before, peak: peakOf(server.pid), after: rssOf(server.pid), seconds, cpu: cpuOf(server.pid) - cpu };
}

/** Each has sent half a mail and goes on with a byte a second. Meanwhile a client that is not slow delivers as ever. */
async function measureSlow(server, load, sample) {
  const before = rssOf(server.pid);
  const all = [];
  for (let i = 0; i < slowClients; i++) all.push(await openMail(server.smtpPort));
  const opened = rssOf(server.pid);
  let at = sample.length >> 1;
  all.forEach(({ socket }) => socket.write(sample.slice(0, at)));
  const timer = setInterval(() => {
    all.forEach(({ socket }) => socket.write(sample[at]));
    at++;
  }, 1_000);
  await pause(8_000);
  const held = rssOf(server.pid);
  const beside = await load.run("run 1 2");
  clearInterval(timer);
  all.forEach(({ socket }) => socket.destroy());
  await pause(1_000);
  return { before, opened, held, after: rssOf(server.pid), beside };
}

// ---- the peer

async function peerRate(connections, seconds, numbers, give) {
  let done = 0;
  const begun = Date.now();
  const work = async () => {
    while (Date.now() - begun < seconds * 1000) {
      await give(numbers.next());
      done++;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return done / ((Date.now() - begun) / 1000);
}

/** The sample mail with another sender and Message-ID each time. */
function mailNumbers(sample) {
  let number = 0;
  const run = randomBytes(4).toString("hex");
  return { count: () => number, next: () => sample.replaceAll("peer.", `peer${run}${++number}.`).replaceAll("\r\n", "\n") };
}

async function measurePeer(sample, seconds, say) {
  const rt = await RequestTracker.start();
  try {
    const numbers = mailNumbers(sample);
    await peerRate(4, 4, numbers, (mail) => rt.take(mail)); // each process has compiled its pages
    const out = { direct: {}, piped: {} };
    for (const connections of sessions) out.direct[connections] = await peerRate(connections, seconds, numbers, (mail) => rt.take(mail));
    const tickets = await rt.ticketCount();
    if (tickets < numbers.count() - 40) throw new Error(`Request Tracker made ${tickets} tickets of ${numbers.count()} mails`);
    for (const connections of [1, 8]) out.piped[connections] = await peerRate(connections, seconds, numbers, (mail) => rt.pipe(mail));
    say(`Request Tracker: ${sessions.map((n) => out.direct[n].toFixed(1)).join(", ")} mails/s by its URL, ${out.piped[1].toFixed(1)} and ${out.piped[8].toFixed(1)} by rt-mailgate`);
    return out;
  } finally {
    await rt.stop();
  }
}

// ---- all of it

export async function measureMail(table, { rounds, seconds, quick, say }) {
  const sample = await finish(mailProgram, ["print", "peer", "1", address]);
  const server = await makeShop();
  let load = new Load(["smtp", server.smtpPort, address], mailProgram);
  await load.line();
  await load.run("run 8 2"); // warm; and the newest mail is the connector's pattern
  const all = [];
  for (let round = 0; round < rounds; round++) {
    const r = { flush: [await flushProbe()], rows: {}, runs: {} };
    for (const n of sessions) {
      r.rows[n] = await connector(server, n, seconds);
      r.runs[n] = await measured(server, load, n, seconds);
      const x = r.runs[n];
      say(`round ${round + 1}: ${n} sessions: ${x.per_second.toFixed(0)} mails/s p50 ${x.p50} p99 ${x.p99} ms, CPU ${x.app.toFixed(0)}+${x.database.toFixed(0)} us, client ${x.client.toFixed(0)} us, others ${(x.foreign * 100).toFixed(0)} %; connector ${r.rows[n].per_second.toFixed(0)}/s`);
    }
    r.parse = JSON.parse(await finish(parseProgram, [String(seconds / 4)]));
    r.flush.push(await flushProbe());
    all.push(r);
  }
  await load.end();
  for (const r of all) {
    await server.stop();
    await server.start(); // what earlier work left in the allocator would hide the cost
    r.large = await measureLarge(server);
    say(`30 MB attachment: ${r.large.before.toFixed(0)} MB before, ${r.large.peak.toFixed(0)} at most, ${r.large.after.toFixed(0)} after, ${r.large.seconds} s, CPU ${r.large.cpu.toFixed(1)} s`);
    await server.stop();
    await server.start();
    load = new Load(["smtp", server.smtpPort, address], mailProgram);
    await load.line();
    await load.run("run 1 1");
    r.slow = await measureSlow(server, load, sample);
    await load.end();
    say(`${slowClients} slow clients: ${r.slow.before.toFixed(1)} MB before, ${r.slow.held.toFixed(1)} in the middle, ${r.slow.after.toFixed(1)} after; beside them ${r.slow.beside.per_second} mails/s`);
  }
  await server.stop();
  const peer = isInstalled() ? await measurePeer(sample, quick ? 5 : 10, say) : null;
  if (!peer) say("Request Tracker 5 is not installed, see bench/lib/request_tracker.mjs");
  report(table, all, peer);
  return { rounds: all, peer };
}

function report(table, all, peer) {
  const of = (pick) => all.map(pick);
  table.add("g", "flush probe (512 bytes, fdatasync), before and after", all.flatMap((r) => r.flush), "flushes/s");
  for (const n of sessions) {
    const theirs = `connector ${Math.round(median(of((r) => r.rows[n].per_second)))}` + (peer ? `; Request Tracker ${peer.direct[n].toFixed(1)}` : "");
    table.add("g", `${n} SMTP sessions: tickets committed`, of((r) => r.runs[n].per_second), "mails/s", theirs);
    table.add("g", "  share of the bare connector, same rows, as many connections", of((r) => (r.runs[n].per_second / r.rows[n].per_second) * 100), "%");
    table.add("g", "  envelope sent to 250, p50", of((r) => r.runs[n].p50), "ms", `connector ${median(of((r) => r.rows[n].p50)).toFixed(1)}`);
    table.add("g", "  envelope sent to 250, p99", of((r) => r.runs[n].p99), "ms", `connector ${median(of((r) => r.rows[n].p99)).toFixed(1)}`);
    table.add("g", "  CPU per mail: server", of((r) => r.runs[n].app), "us", `connector's client ${Math.round(median(of((r) => r.rows[n].client_us)))}`);
    table.add("g", "  CPU per mail: mariadbd", of((r) => r.runs[n].database), "us", `connector ${Math.round(median(of((r) => r.rows[n].database_us)))}`);
    table.add("g", "  CPU per mail: load client", of((r) => r.runs[n].client), "us");
    table.add("g", "  load client, share of one core", of((r) => r.runs[n].clientShare), "%");
  }
  table.add("g", "GMime alone: parsed and decoded", of((r) => r.parse.gmime), "mails/s", `${all[0].parse.bytes} bytes, one core`);
  table.add("g", "parse_mail (HTML made safe, text from it)", of((r) => r.parse.parse_mail), "mails/s of one core");
  table.add("g", "read_mail (all before the database)", of((r) => r.parse.read_mail), "mails/s of one core");
  for (const moment of ["before", "peak", "after"]) table.add("g", `30 MB attachment: resident, ${moment}`, of((r) => r.large[moment]), "MB");
  table.add("g", "  until its 250", of((r) => r.large.seconds), "s");
  table.add("g", "  CPU of the server", of((r) => r.large.cpu), "s");
  table.add("g", `${slowClients} slow clients in DATA: resident, before`, of((r) => r.slow.before), "MB");
  table.add("g", "  in the middle", of((r) => r.slow.held), "MB");
  table.add("g", "  each", of((r) => ((r.slow.held - r.slow.before) * 1024) / slowClients), "KB");
  table.add("g", "  after", of((r) => r.slow.after), "MB");
  table.add("g", "  one session beside them", of((r) => r.slow.beside.per_second), "mails/s");
  if (peer) {
    for (const n of [1, 8]) table.add("g", `Request Tracker 5 by rt-mailgate, ${n} at a time`, [peer.piped[n]], "mails/s");
  }
  table.add("g", "CPU used by others meanwhile", all.flatMap((r) => sessions.map((n) => r.runs[n].foreign * 100)), "% of machine");
}
