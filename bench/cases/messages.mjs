// (a) A durable message: a visitor's socket -> accepted -> committed -> pushed to the agent's socket, with 1,000 visitors connected.
import { userInfo } from "node:os";
import { median, met } from "../lib/figures.mjs";
import { stopwatch } from "../lib/machine.mjs";
import { Server, many, writeLines } from "../lib/parley.mjs";
import { Load, connectorProgram, finish, flushProbe } from "../lib/processes.mjs";

const visitors = 1_000;
const agents = 4;
const windows = [1, 8, 32, 128];
const rate = 300; // messages a second, sent on time

async function fill(server) {
  await server.logIn();
  const desks = [];
  for (let i = 0; i < agents; i++) {
    const team = await server.makeTeam(`Team ${i}`);
    desks.push({ inbox: await server.makeInbox(`Inbox ${i}`, team), agent: await server.makeAgent(i, [team]) });
  }
  const people = await many(visitors, (i) => server.makeConversation(desks[i % agents].inbox, desks[i % agents].agent.id));
  return {
    visitorFile: writeLines("visitors.txt", people.map((p) => `${p.token} ${p.conversation}`)),
    agentFile: writeLines("agents.txt", desks.map((d) => d.agent.token)),
  };
}

async function connector(server, connections, what, seconds) {
  const out = await finish(connectorProgram, [server.databaseSocket(), userInfo().username, String(seconds), String(connections), what, "parley", String(server.database)]);
  return JSON.parse(out);
}

async function measured(server, load, command) {
  const watch = stopwatch([server.pid, server.database]);
  const run = await load.run(command, watch);
  const [app, database] = run.usage.cpu;
  const foreign = Math.max(0, run.usage.foreign - run.client_cpu_s / (run.usage.seconds * 2));
  if (run.missing > 0 || run.refused > 0) console.error(`  ! ${run.missing} missing, ${run.refused} refused`);
  return { ...run, foreign, appMicros: (app / run.messages) * 1e6, databaseMicros: (database / run.messages) * 1e6, clientMicros: (run.client_cpu_s / run.messages) * 1e6 };
}

export async function measureMessages(table, { rounds, seconds, say }) {
  const server = await (await Server.create("data-messages")).start();
  say("1,000 visitors with conversations, 4 agents …");
  const files = await fill(server);
  const load = new Load(["messages", server.port, files.visitorFile, files.agentFile]);
  await load.line();
  await load.run("run 32 2"); // warm: statements prepared, pages in the pool
  const all = [];
  for (let round = 0; round < rounds; round++) {
    const r = { flush: [await flushProbe()], runs: {} };
    r.rows8 = await connector(server, 8, "rows", seconds);
    r.rows1 = await connector(server, 1, "rows", seconds);
    r.insert8 = await connector(server, 8, "insert", seconds);
    for (const window of windows) {
      r.runs[window] = await measured(server, load, `run ${window} ${seconds}`);
      const x = r.runs[window];
      say(`round ${round + 1}: ${window} under way: ${x.per_second.toFixed(0)}/s push p50 ${x.push_p50} p99 ${x.push_p99} ms, CPU ${x.appMicros.toFixed(0)}+${x.databaseMicros.toFixed(0)} us, others ${(x.foreign * 100).toFixed(0)} %`);
    }
    r.paced = await measured(server, load, `rate ${rate} ${seconds}`);
    say(`round ${round + 1}: ${rate}/s: push p50 ${r.paced.push_p50} p99 ${r.paced.push_p99} ms; connector 8 ${r.rows8.per_second.toFixed(0)}/s p99 ${r.rows8.p99} ms, 1 ${r.rows1.per_second.toFixed(0)}/s, insert 8 ${r.insert8.per_second.toFixed(0)}/s`);
    r.flush.push(await flushProbe());
    all.push(r);
  }
  await load.end();
  await server.stop();
  report(table, all);
  return all;
}

function report(table, all) {
  const of = (pick) => all.map(pick);
  table.add("a", "flush probe (512 bytes, fdatasync), before and after", all.flatMap((r) => r.flush), "flushes/s");
  table.add("a", "bare connector, 8 connections, same rows", of((r) => r.rows8.per_second), "commits/s");
  table.add("a", "  its p99", of((r) => r.rows8.p99), "ms");
  table.add("a", "  CPU per commit: client", of((r) => r.rows8.client_us), "us");
  table.add("a", "  CPU per commit: mariadbd", of((r) => r.rows8.database_us), "us");
  table.add("a", "bare connector, 1 connection, same rows", of((r) => r.rows1.per_second), "commits/s");
  table.add("a", "  its p99", of((r) => r.rows1.p99), "ms");
  table.add("a", "bare connector, 8 connections, one INSERT each", of((r) => r.insert8.per_second), "commits/s");
  for (const window of windows) {
    table.add("a", `${window} under way: throughput`, of((r) => r.runs[window].per_second), "messages/s");
    table.add("a", `  accepted to pushed, p50`, of((r) => r.runs[window].push_p50), "ms");
    table.add("a", `  accepted to pushed, p99`, of((r) => r.runs[window].push_p99), "ms");
    table.add("a", `  accepted to answered (committed), p50`, of((r) => r.runs[window].answer_p50), "ms");
    table.add("a", `  CPU per message: server`, of((r) => r.runs[window].appMicros), "us");
    table.add("a", `  CPU per message: mariadbd`, of((r) => r.runs[window].databaseMicros), "us");
  }
  table.add("a", "CPU per message: load client, 128 under way", of((r) => r.runs[128].clientMicros), "us");
  const above = of((r) => r.paced.push_p99 - r.rows1.p99);
  table.add("a", `${rate} messages/s on time: pushed p50`, of((r) => r.paced.push_p50), "ms");
  table.add("a", `  pushed p99`, of((r) => r.paced.push_p99), "ms");
  table.add("a", `  p99 above the connector's own (1 connection)`, above, "ms", "< 20 ms", met(median(above) < 20));
  const share = of((r) => (Math.max(...windows.map((w) => r.runs[w].per_second)) / r.rows8.per_second) * 100);
  table.add("a", "best throughput, share of the connector's 8", share, "%", ">= 50 %", met(median(share) >= 50));
  table.add("a", "CPU used by others meanwhile", all.flatMap((r) => [...windows.map((w) => r.runs[w].foreign * 100), r.paced.foreign * 100]), "% of machine");
}
