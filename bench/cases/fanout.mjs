// (b) One event to many sockets, beside nginx + nchan with a payload of the same size. The event is a real ticket update: PATCH, commit,
// journal, projection, fan-out.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, met } from "../lib/figures.mjs";
import { affordable, stopwatch } from "../lib/machine.mjs";
import { Server, many, writeLines } from "../lib/parley.mjs";
import { Load, childOf, emptyDirectory, freePort, pause, start, stop } from "../lib/processes.mjs";

const agents = 20; // each with many sockets: a socket costs the same whoever owns it, and log-ins are slow on purpose

export async function startNchan(port) {
  const directory = emptyDirectory("nginx");
  const file = join(directory, "nginx.conf");
  mkdirSync(join(directory, "tmp"));
  writeFileSync(
    file,
    `load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
${process.getuid() === 0 ? "user root;" : ""}
worker_processes 1; daemon off; pid ${directory}/nginx.pid; error_log ${directory}/error.log warn; worker_rlimit_nofile 19900;
events { worker_connections 19000; }
http {
  access_log off; keepalive_requests 10000000; keepalive_timeout 600s;
  client_body_temp_path ${directory}/tmp/body; proxy_temp_path ${directory}/tmp/proxy; fastcgi_temp_path ${directory}/tmp/fastcgi;
  uwsgi_temp_path ${directory}/tmp/uwsgi; scgi_temp_path ${directory}/tmp/scgi;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /sub { nchan_subscriber websocket; nchan_channel_id bench; nchan_subscriber_first_message newest; }
    location = /pub { nchan_publisher http; nchan_channel_id bench; nchan_message_timeout 20s; nchan_message_buffer_length 64; }
  }
}
`,
  );
  const child = start("nginx", ["-c", file, "-p", directory], { log: "nginx.log" });
  for (let i = 0; i < 100; i++) {
    await pause(50);
    try {
      return { child, worker: childOf(child.pid, "nginx") };
    } catch {
      // The worker is not there yet.
    }
  }
  throw new Error("nginx does not start, see bench/results/nginx.log");
}

async function rounds_of(load, pids, plan, say, name) {
  const out = [];
  await load.run(`run 1 ${Math.max(2, Math.ceil(plan.events / 5))}`); // warm
  for (let i = 0; i < plan.rounds; i++) {
    const row = {};
    for (const window of [1, 8]) {
      const watch = stopwatch(pids);
      const run = await load.run(`run ${window} ${plan.events}`, watch);
      run.micros = run.usage.cpu.map((cpu) => (cpu / run.deliveries) * 1e6);
      run.foreign = Math.max(0, run.usage.foreign - run.client_cpu_s / (run.usage.seconds * 2));
      say(`${name} ${plan.sockets} sockets, ${window} under way: ${run.per_second}/s, last p50 ${run.last_p50} p99 ${run.last_p99} ms, CPU/delivery ${run.micros.map((m) => m.toFixed(1)).join("+")} us, client ${((run.client_cpu_s / run.deliveries) * 1e6).toFixed(1)}, payload ${run.payload}, others ${(run.foreign * 100).toFixed(0)} %`);
      if (run.surplus > 0) console.error(`  ! ${run.surplus} doubled deliveries`);
      row[window] = run;
    }
    out.push(row);
  }
  return out;
}

export async function measureFanout(table, { rounds, quick, say }) {
  const server = await (await Server.create("data-fanout")).start();
  await server.logIn();
  say(`${agents} agents …`);
  const people = await many(agents, (i) => server.makeAgent(i));
  const inbox = await server.makeInbox("Everybody");
  const tickets = await many(8, () => server.makeConversation(inbox));
  const tokens = writeLines("agents.txt", people.map((p) => p.token));
  const ticketFile = writeLines("tickets.txt", tickets.map((t) => t.conversation));
  const all = {};
  for (const wanted of [1_000, 10_000]) {
    const sockets = affordable(wanted);
    const plan = { rounds, sockets, events: Math.ceil((quick ? 40_000 : 200_000) / sockets) };
    const ours = new Load(["fanout", server.port, tokens, sockets, server.token, ticketFile]);
    await ours.line();
    await pause(2_500); // the log-ins' presence news
    const parley = await rounds_of(ours, [server.pid, server.database], plan, say, "parley");
    await ours.end();
    await pause(1_000);
    const port = await freePort();
    const peer = await startNchan(port);
    const theirs = new Load(["nchan", port, sockets, parley[0][1].payload]);
    await theirs.line();
    const nchan = await rounds_of(theirs, [peer.worker], plan, say, "nchan ");
    await theirs.end();
    await stop(peer.child);
    all[sockets] = { parley, nchan };
    report(table, sockets, parley, nchan);
  }
  await server.stop();
  return all;
}

function report(table, sockets, parley, nchan) {
  const name = sockets.toLocaleString("en");
  table.add("b", `${name} sockets: payload`, [parley[0][1].payload], "bytes");
  for (const window of [1, 8]) {
    const of = (rows, pick) => rows.map((row) => pick(row[window]));
    for (const [title, pick, unit, isBetter] of [
      ["deliveries", (r) => r.per_second, "/s", (a, b) => a >= b],
      ["publish to last receiver, p50", (r) => r.last_p50, "ms", (a, b) => a <= b],
      ["publish to last receiver, p99", (r) => r.last_p99, "ms", (a, b) => a <= b],
      ["first to last receiver, p50", (r) => r.spread_p50, "ms", (a, b) => a <= b],
    ]) {
      const theirs = of(nchan, pick);
      const isVerdict = title === "deliveries" || title.endsWith("p99");
      table.add("b", `${name} sockets, ${window} under way: ${title}`, of(parley, pick), unit, `nchan ${median(theirs).toLocaleString("en")} (${Math.min(...theirs)}-${Math.max(...theirs)})`, isVerdict ? met(isBetter(median(of(parley, pick)), median(theirs))) : "");
    }
    const ours = of(parley, (r) => r.micros[0]), theirs = of(nchan, (r) => r.micros[0]);
    table.add("b", `${name} sockets, ${window} under way: server CPU per delivery`, ours, "us", `nchan ${median(theirs).toFixed(1)} (${Math.min(...theirs).toFixed(1)}-${Math.max(...theirs).toFixed(1)})`, met(median(ours) <= median(theirs)));
    table.add("b", `${name} sockets, ${window} under way: mariadbd CPU per event`, of(parley, (r) => (r.usage.cpu[1] / r.events) * 1e6), "us");
  }
  table.add("b", `${name} sockets: CPU used by others meanwhile`, [...parley, ...nchan].flatMap((row) => [row[1].foreign * 100, row[8].foreign * 100]), "% of machine");
}
