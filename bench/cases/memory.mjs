// (c) Resident memory of an idle socket.
import { median, met } from "../lib/figures.mjs";
import { affordable, rssOf, tcpMemory } from "../lib/machine.mjs";
import { Server, many, writeLines } from "../lib/parley.mjs";
import { Load, freePort, pause, stop } from "../lib/processes.mjs";
import { startNchan } from "./fanout.mjs";

const sockets = affordable(10_000);

async function held(pid, port, tokens, prefix) {
  const before = rssOf(pid), kernel = tcpMemory();
  const load = new Load(["hold", port, tokens, prefix]);
  const { opened_per_second } = await load.line();
  await pause(3_000);
  const after = rssOf(pid), kernelAfter = tcpMemory();
  await load.end();
  return { perSocket: ((after - before) * 1024) / sockets, total: after, kernel: ((kernelAfter - kernel) * 1024) / sockets, opened: opened_per_second };
}

export async function measureMemory(table, { rounds, say }) {
  const server = await (await Server.create("data-memory")).start();
  await server.logIn();
  const inbox = await server.makeInbox("Everybody");
  say(`${sockets} visitors …`);
  const visitors = writeLines("visitors.txt", await many(sockets, () => server.makeVisitor(inbox)));
  const people = await many(20, (i) => server.makeAgent(i));
  const agents = writeLines("agents.txt", Array.from({ length: sockets }, (_, i) => people[i % people.length].token));
  const seen = { visitor: [], agent: [], nchan: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [kind, file, prefix] of [["visitor", visitors, "visitor"], ["agent", agents, "bearer"]]) {
      await server.stop();
      await server.start(); // what earlier rounds left in the allocator would hide the cost
      await pause(1_000);
      const one = await held(server.pid, server.port, file, prefix);
      say(`${kind}: ${one.perSocket.toFixed(1)} KB each, ${one.total.toFixed(0)} MB in all, kernel ${one.kernel.toFixed(1)} KB each, opened ${one.opened}/s`);
      seen[kind].push(one);
    }
    const port = await freePort();
    const peer = await startNchan(port);
    seen.nchan.push(await held(peer.worker, port, visitors, "none"));
    say(`nchan: ${seen.nchan.at(-1).perSocket.toFixed(1)} KB each, opened ${seen.nchan.at(-1).opened}/s`);
    await stop(peer.child);
  }
  await server.stop();
  const theirs = `nchan ${median(seen.nchan.map((x) => x.perSocket)).toFixed(1)}`;
  for (const kind of ["visitor", "agent"]) {
    const values = seen[kind].map((x) => x.perSocket);
    table.add("c", `${sockets.toLocaleString("en")} idle ${kind} sockets: resident memory each`, values, "KB", `<= 10 KB; ${theirs}`, met(median(values) <= 10));
    table.add("c", `  server in all`, seen[kind].map((x) => x.total), "MB");
    table.add("c", `  opened (upgrade, log-in, hello)`, seen[kind].map((x) => x.opened), "/s", `nchan ${median(seen.nchan.map((x) => x.opened)).toLocaleString("en")} without log-in`);
  }
  return seen;
}
