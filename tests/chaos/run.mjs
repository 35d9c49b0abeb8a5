// Two minutes of trouble: many visitors and agents over a line that breaks, the server killed three times. Then the books must
// balance: every acknowledged message stored exactly once, each author's order kept, every client's picture the server's.
// PARLEY_CHAOS_SECONDS, PARLEY_CHAOS_VISITORS, PARLEY_CHAOS_AGENTS change the size.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Agent } from "../lib/http.mjs";
import { Proxy } from "../lib/proxy.mjs";
import { Suite } from "../lib/runner.mjs";
import { keepFiles, Server } from "../lib/server.mjs";
import { agentOf, onlyAvailable } from "../lib/shop.mjs";
import { tick, until } from "../lib/wait.mjs";
import { ChaosAgent, ticketLine } from "./agent.mjs";
import { Tally } from "./peer.mjs";
import { ChaosVisitor } from "./visitor.mjs";

const seconds = Number(process.env.PARLEY_CHAOS_SECONDS ?? 120);
const visitorCount = Number(process.env.PARLEY_CHAOS_VISITORS ?? 200);
const agentCount = Number(process.env.PARLEY_CHAOS_AGENTS ?? 20);
const kills = 3;
const cutChance = 0.02; // of each connection, each second
const lostAnswers = 0.02; // of all answers: the work is done, the client does not learn of it

const hash = (picture) => createHash("sha256").update(JSON.stringify(Object.entries(picture).sort(([a], [b]) => Number(a) - Number(b)))).digest("hex").slice(0, 16);
const percentile = (list, p) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * p))] ?? 0;
const spread = (list) => `p50 ${percentile(list, 0.5)} ms, p95 ${percentile(list, 0.95)} ms, p99 ${percentile(list, 0.99)} ms, max ${percentile(list, 1)} ms (${list.length})`;

/** Runs `body` over the list, a few at a time. */
async function each(list, width, body) {
  const queue = [...list];
  const out = [];
  await Promise.all(Array.from({ length: width }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) out.push(await body(item));
  }));
  return out;
}

async function openShop(server, admin) {
  const made = await each(Array.from({ length: agentCount }, (_, n) => n), 2, async (n) => {
    const email = `chaos${n}@example.com`;
    const password = `a long password for chaos ${n}`;
    const { agent } = await admin.call("POST", "/api/v1/agents", { email, name: `Chaos ${n}`, role: "agent", password, team_ids: [], chat_capacity: 20 });
    const session = await Agent.loginAs(server.url, email, password);
    await session.call("PUT", "/api/v1/me/status", { status: "online" });
    const { token } = await session.call("POST", "/api/v1/me/tokens", { name: "chaos" });
    return { brief: agent, token };
  });
  const { team } = await admin.call("POST", "/api/v1/teams", { name: "Chaos", member_ids: made.map(({ brief }) => brief.id) });
  const { inbox } = await admin.call("POST", "/api/v1/inboxes", { name: "Chaos", channel: "chat", team_id: team.id, locale: "en", accent: "#2447c7", greeting: "Hello", allowed_domains: [], assignment: "offer", offer_timeout_s: 20, prechat: { is_enabled: false, fields: [] }, business_hours: { time_zone: "UTC", is_always_open: true, days: {}, holidays: [] } });
  return { staff: made, inbox };
}

/** Everything the server has in this inbox: tickets and all their messages. */
async function readBack(admin, inboxId) {
  const tickets = new Map();
  for (let cursor = ""; ; ) {
    const page = await admin.call("GET", `/api/v1/tickets?view=all&sort=created&limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    for (const ticket of page.items) if (ticket.inbox_id === inboxId) tickets.set(ticket.id, ticket);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  const messages = new Map();
  await each(tickets.keys(), 4, async (id) => messages.set(id, await admin.messages(id)));
  return { tickets, messages };
}

const suite = new Suite("chaos");
let server;
let proxy;
const tally = new Tally();
const peers = [];
try {
  server = await Server.demo("chaos", { env: { PARLEY_LIMITS_VISITOR_PER_SECOND: "0", PARLEY_LIMITS_AGENT_PER_SECOND: "0", PARLEY_LIMITS_ADDRESS_PER_SECOND: "0" } });
  const admin = await agentOf(server, "ruth");
  await onlyAvailable(server);
  const { staff, inbox } = await openShop(server, admin);
  proxy = await Proxy.to(server.port);
  const agents = staff.map(({ brief, token }) => new ChaosAgent(brief, token, proxy.url, inbox.id, tally));
  const visitors = Array.from({ length: visitorCount }, (_, n) => new ChaosVisitor(n, proxy.url, inbox.key, tally, [4_000, 8_000]));
  peers.push(...agents, ...visitors);
  const staying = peers.map((peer) => peer.stay());
  const working = [...agents.map((agent) => agent.work()), ...visitors.map((visitor) => visitor.write())];
  console.log(`${visitorCount} visitors, ${agentCount} agents, ${seconds} s, ${kills} kills`);

  const began = Date.now();
  proxy.answersLost = lostAnswers;
  const killTimes = Array.from({ length: kills }, (_, n) => began + ((n + 1) * seconds * 1000) / (kills + 1));
  const downMs = [];
  while (Date.now() < began + seconds * 1000) {
    await tick(1_000); // the beat of the trouble, not a wait for anything
    proxy.cut(cutChance);
    if (killTimes.length > 0 && Date.now() >= killTimes[0]) {
      killTimes.shift();
      const at = Date.now();
      await server.crash();
      await server.start();
      downMs.push(Date.now() - at);
      console.log(`killed at ${((at - began) / 1000).toFixed(0)} s, back after ${downMs.at(-1)} ms; ${tally.acknowledged.length} acknowledged so far`);
    }
  }
  proxy.answersLost = 0;
  for (const peer of peers) peer.isActive = false;
  await Promise.all(working);

  await suite.test("everybody comes back and everything queued is acknowledged", async () => {
    await until("all clients to be settled", () => peers.every((peer) => peer.isSettled), { within: 90_000, every: 200 }).catch((error) => {
      const late = peers.filter((peer) => !peer.isSettled);
      throw new Error(`${error.message}: ${late.length} are not, for example ${late.slice(0, 3).map((peer) => `${peer.name} queue ${peer.queue.length} link ${Boolean(peer.link)} refetch ${peer.mustRefetch}`).join("; ")}`);
    });
  }, { within: 100_000 });

  await suite.test("no call was answered in a way nobody expects", () => {
    assert.equal(tally.unexpected.length, 0, `${tally.unexpected.length}:\n${[...new Set(tally.unexpected)].slice(0, 15).join("\n")}`);
  });

  let book;
  await suite.test("every client's picture is the server's", async () => {
    let wrong = [];
    await until("all pictures to agree", async () => {
      book = await readBack(admin, inbox.id);
      wrong = [];
      for (const agent of agents) {
        const truth = {};
        for (const [id, ticket] of book.tickets) truth[id] = `${ticketLine(ticket)}${agent.followed.has(id) ? ` messages ${book.messages.get(id).map((message) => message.id).join(" ")}` : ""}`;
        if (hash(truth) !== hash(agent.picture())) wrong.push({ who: agent.name, truth, picture: agent.picture() });
      }
      await each(visitors.filter((visitor) => visitor.token), 8, async (visitor) => {
        const truth = await ChaosVisitor.truth(server.url, visitor.token);
        if (hash(truth) !== hash(visitor.picture())) wrong.push({ who: visitor.name, truth, picture: visitor.picture() });
      });
      return wrong.length === 0;
    }, { within: 60_000, every: 1_000 }).catch(() => {
      const lines = wrong.slice(0, 4).flatMap(({ who, truth, picture }) => [who, ...[...new Set([...Object.keys(truth), ...Object.keys(picture)])].filter((id) => truth[id] !== picture[id]).slice(0, 3).flatMap((id) => [`  ${id} server ${truth[id] ?? "nothing"}`, `  ${id} client ${picture[id] ?? "nothing"}`])]);
      throw new Error(`${wrong.length} of ${peers.length} clients differ from the server\n${lines.join("\n")}`);
    });
    console.log(`     state hash of the desk ${hash(Object.fromEntries([...book.tickets].map(([id, ticket]) => [id, ticketLine(ticket)])))}: ${book.tickets.size} tickets, ${[...book.messages.values()].flat().length} messages`);
  }, { within: 120_000 });

  book ??= await readBack(admin, inbox.id);
  const stored = [...book.messages.values()].flat();

  await suite.test("every acknowledged message is stored exactly once", () => {
    const byClientId = Map.groupBy ? Map.groupBy(stored, (message) => message.client_id) : stored.reduce((map, message) => map.set(message.client_id, [...(map.get(message.client_id) ?? []), message]), new Map());
    const wrong = [];
    for (const { clientId, id, ticketId, author, n } of tally.acknowledged) {
      const found = byClientId.get(clientId) ?? [];
      if (found.length !== 1) wrong.push(`${author} ${n}: stored ${found.length} times`);
      else if (found[0].id !== id || found[0].ticket_id !== ticketId) wrong.push(`${author} ${n}: acknowledged as ${id} in ${ticketId}, stored as ${found[0].id} in ${found[0].ticket_id}`);
    }
    assert.ok(tally.acknowledged.length > visitorCount, `${tally.acknowledged.length} messages were acknowledged`);
    assert.deepEqual(wrong.slice(0, 10), []);
    const acknowledged = new Set(tally.acknowledged.map(({ clientId }) => clientId));
    const spoken = stored.filter((message) => message.kind !== "system");
    assert.deepEqual(spoken.filter((message) => !acknowledged.has(message.client_id)).map((message) => message.text).slice(0, 10), [], "stored but never acknowledged");
    assert.equal(spoken.length, tally.acknowledged.length);
    const texts = new Set(spoken.map((message) => message.text));
    assert.equal(texts.size, spoken.length, "no words stored twice");
  });

  await suite.test("each author's messages are in the order he wrote them", () => {
    const wrong = [];
    for (const [ticketId, messages] of book.messages) {
      const last = new Map();
      for (const { text } of messages.filter((message) => message.kind !== "system")) {
        const [, author, n] = /^(.*) says (\d+)$/.exec(text) ?? [null, text, 0];
        if ((last.get(author) ?? 0) >= Number(n)) wrong.push(`ticket ${ticketId}: ${author} ${n} after ${last.get(author)}`);
        last.set(author, Number(n));
      }
    }
    assert.deepEqual(wrong.slice(0, 10), []);
  });

  await suite.test("the trouble was real", () => {
    assert.equal(server.starts, kills + 1);
    assert.ok(tally.reconnects > peers.length, `${tally.reconnects} reconnects`);
    assert.ok(tally.repeats > 0, "something the server had stored was sent again under the same id");
    assert.ok(tally.resumes > 0, "somebody resumed from a cursor");
    assert.ok(tally.accepted > visitorCount / 2, `${tally.accepted} offers were accepted`);
  });

  await suite.test("clients resume from their cursor, also over a restart", () => {
    // Every client reconnects after each kill: were those all resets, a restart would mean fetching everything again.
    assert.ok(tally.resets - tally.forgotten <= tally.reconnects * 0.05, `${tally.resets} of ${tally.reconnects} reconnects had to fetch everything again, ${tally.forgotten} on purpose`);
    assert.ok(tally.forgotten > 0 && tally.resets >= tally.forgotten, `${tally.forgotten} came back without a cursor, ${tally.resets} were told to fetch again`);
  });

  await suite.test("the server logged no failure", () => {
    const lines = server.complaints();
    assert.equal(lines.length, 0, lines.slice(0, 10).join("\n"));
  });

  console.log(`
acknowledged  ${tally.acknowledged.length} messages (${tally.notes} notes), ${(tally.acknowledged.length / seconds).toFixed(1)} a second
stored        ${stored.length} messages in ${book.tickets.size} tickets
changes       ${tally.changes}, offers accepted ${tally.accepted}, conflicts ${tally.conflicts}, replies held back ${tally.guarded}, new conversations after a close ${tally.moved}
connections   ${tally.connects}, reconnects ${tally.reconnects}, resumes ${tally.resumes}, resets ${tally.resets} (${tally.forgotten} came without a cursor), cuts ${proxy.cuts}
kills         ${server.starts - 1}, back after ${downMs.join(", ")} ms
repeats       ${tally.retries} under the same id, ${tally.repeats} of them stored before
events        ${tally.events}
acknowledge   ${spread(tally.ackMs)}
delivery      ${spread(tally.deliveryMs)} customer to agent
`);
  for (const peer of peers) peer.leave();
  await Promise.all(staying);
} catch (error) {
  suite.broke("set-up", error);
} finally {
  if (suite.failed > 0) {
    keepFiles();
    if (server) console.log(`server log: ${server.log}\n${server.tail(15)}`);
  }
  for (const peer of peers) peer.leave();
  await proxy?.close();
  await server?.stop();
}
process.exit(suite.summary());
