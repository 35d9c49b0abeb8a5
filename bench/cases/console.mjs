// (f) What one live update costs the agent's browser: a desk with a long list and an open conversation, and a shop in which 50 things happen
// every second. Needs Chromium and the built console (npm run build in web/).
import { existsSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../../tests/lib/browser.mjs";
import { met } from "../lib/figures.mjs";
import { stopwatch } from "../lib/machine.mjs";
import { Server, admin, many } from "../lib/parley.mjs";
import { pause, root } from "../lib/processes.mjs";

const perSecond = 50;
const size = 450; // conversations, all of them loaded into the list

/** Twenty in a row: eleven messages of customers elsewhere, five changes by colleagues, four messages in the open conversation. */
const turns = [..."mpmomcmpmmomppmommpo"];
const priorities = ["high", "urgent", "low", "normal"];

let happened = 0;
let serial = 0;
const key = () => `bench-${process.pid.toString(36)}-${++serial}-${Date.now().toString(36)}`;

/** Always another one than it has. */
function nextPriority(ticket) {
  ticket.changes = (ticket.changes ?? 0) + 1;
  return priorities[(ticket.changes - 1) % priorities.length];
}

/** Something happens every 20 ms, whether or not the one before is done. */
async function happen(server, { open, others }, seconds) {
  const under = new Set();
  let failed = 0;
  let made = 0;
  const write = ({ token, conversation }, text) => server.call("POST", `/api/v1/widget/conversations/${conversation}/messages`, { client_id: key(), text }, `Visitor ${token}`);
  const begun = performance.now();
  for (; made < seconds * perSecond; made++) {
    const due = begun + (made * 1000) / perSecond;
    if (due > performance.now()) await pause(due - performance.now());
    const other = others[(++happened * 37) % others.length];
    const turn = turns[happened % turns.length];
    const work =
      turn === "o"
        ? write(open, `And another thing, number ${made}: does the kettle come with a spare filter?`)
        : turn === "m"
          ? write(other, `Where is my parcel? I have been waiting since Monday, this is message ${made}.`)
          : server.call("PATCH", `/api/v1/tickets/${other.conversation}`, turn === "c" ? { tags: [`t${happened}`] } : { priority: nextPriority(other) });
    const done = work.catch(() => failed++).finally(() => under.delete(done));
    under.add(done);
  }
  await Promise.all(under);
  return { made, failed };
}

class Desk {
  static async open(browser, server, ticket) {
    const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    const desk = new Desk();
    Object.assign(desk, { context, page, events: 0 });
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => String(payload).includes('"type":"event"') && desk.events++));
    await page.addInitScript(watch);
    await page.goto(`http://127.0.0.1:${server.port}/console/`);
    await page.getByTestId("login-email").fill(admin.email);
    await page.getByTestId("login-password").fill(admin.password);
    await page.getByTestId("login-submit").click();
    await page.locator("main#main").waitFor();
    await page.goto(`http://127.0.0.1:${server.port}/console/inbox/open/${ticket}`);
    await page.getByTestId("message").first().waitFor();
    await desk.loadAll();
    desk.cdp = await context.newCDPSession(page);
    await desk.cdp.send("Performance.enable", { timeDomain: "threadTicks" }); // CPU time of the thread: what others do to the machine stays out
    await pause(3_500); // menus are loaded ahead of their use
    return desk;
  }

  /** Scrolls the list to its end, page by page, and back. */
  async loadAll() {
    const list = this.page.getByTestId("ticket-list");
    const length = () => list.getByRole("option").first().getAttribute("aria-setsize").then(Number);
    const scroll = (top) => list.evaluate((element, to) => element.parentElement.scrollTo({ top: to }), top);
    for (let tries = 0; (await length()) < size && tries < 100; tries++) {
      await scroll(10_000_000);
      await pause(100);
    }
    if ((await length()) < size) throw new Error(`the list has ${await length()} of ${size} rows`);
    await scroll(0);
  }

  async metrics() {
    const { metrics } = await this.cdp.send("Performance.getMetrics");
    const found = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    return { script: found.ScriptDuration, layout: found.LayoutDuration, style: found.RecalcStyleDuration, task: found.TaskDuration, layouts: found.LayoutCount };
  }

  /** Milliseconds per update the browser was told of. */
  async measure(work) {
    await this.page.evaluate(() => globalThis.seen.clear());
    const events = this.events;
    const before = await this.metrics();
    const outcome = await work();
    await pause(1_200);
    const after = await this.metrics();
    const told = this.events - events;
    const each = Object.fromEntries(Object.keys(before).map((name) => [name, ((after[name] - before[name]) * (name === "layouts" ? 1 : 1000)) / told]));
    return { ...outcome, told, each, ...(await this.page.evaluate(() => globalThis.seen.read())) };
  }

  /** Writes a letter ten times a second; `seen.keys` says how long each took until the screen had it. */
  async type(seconds) {
    const input = this.page.getByTestId("composer-input");
    await input.focus();
    for (let i = 0; i < seconds * 10; i++) {
      await this.page.keyboard.press("abcdefgh "[i % 9]);
      await pause(100);
    }
    const { length } = await input.inputValue();
    if (length !== seconds * 10) throw new Error(`of ${seconds * 10} letters ${length} arrived`);
    await input.fill("");
  }
}

/** In the page: long tasks, and the time from key to paint. */
function watch() {
  let long = [];
  let keys = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  const isKey = (entry) => entry.name === "keydown" || entry.name === "keypress" || entry.name === "input";
  new PerformanceObserver((list) => keys.push(...list.getEntries().filter(isKey).map((entry) => entry.duration))).observe({ type: "event", durationThreshold: 16 });
  globalThis.seen = {
    clear: () => {
      long = [];
      keys = [];
    },
    read: () => ({ long, keys: keys.sort((a, b) => a - b) }),
  };
}

const largest = (values) => values.reduce((most, value) => Math.max(most, value), 0);

export async function measureConsole(table, { rounds, quick, say }) {
  if (!existsSync(join(root, "web/apps/console/dist/index.html"))) throw new Error("the console is not built; npm run build in web/");
  const server = await (await Server.create("data-console")).start();
  await server.logIn();
  say(`${size} conversations …`);
  const { agent } = (await server.call("GET", "/api/v1/me")).body;
  const inbox = await server.makeInbox("Everybody");
  const all = await many(size, (i) => server.makeConversation(inbox, i % 3 === 0 ? agent.id : null));
  const [open, ...others] = all;
  const browser = await launch();
  const out = [];
  try {
    const desk = await Desk.open(browser, server, open.conversation);
    const cast = { open, others };
    await happen(server, cast, 2); // warm
    for (let i = 0; i < rounds; i++) {
      const watch = stopwatch([server.pid, server.database]);
      const run = await desk.measure(() => happen(server, cast, quick ? 5 : 20));
      run.usage = watch();
      const typing = await desk.measure(async () => (await Promise.all([happen(server, cast, 5), desk.type(5)]))[0]);
      run.typing = { keys: typing.keys, each: typing.each };
      const { each } = run;
      say(`${run.told} told of ${run.made} (${run.failed} failed): script ${each.script.toFixed(2)}, layout ${each.layout.toFixed(2)}, style ${each.style.toFixed(2)}, all ${each.task.toFixed(2)} ms each; ${each.layouts.toFixed(2)} layouts each; ${run.long.length} long tasks, longest ${largest(run.long)} ms; key to paint up to ${largest(typing.keys)} ms`);
      out.push(run);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  report(table, out);
  return out;
}

function report(table, runs) {
  const of = (name) => runs.map((run) => run.each[name]);
  table.add("f", `${perSecond} updates/s, ${size} rows: script per update`, of("script"), "ms", "<= 1.0", met(largest(of("script")) <= 1));
  table.add("f", "layout per update", of("layout"), "ms");
  table.add("f", "style per update", of("style"), "ms");
  table.add("f", "main thread per update", of("task"), "ms");
  table.add("f", "layouts per update", of("layouts"), "");
  table.add("f", "tasks over 50 ms", runs.map((run) => run.long.length), "", "none", met(runs.every((run) => run.long.length === 0)));
  table.add("f", "longest task", runs.map((run) => largest(run.long)), "ms", "<= 200", met(runs.every((run) => largest(run.long) <= 200)));
  table.add("f", "key to paint meanwhile, slowest of 50", runs.map((run) => largest(run.typing.keys)), "ms", "<= 150", met(runs.every((run) => largest(run.typing.keys) <= 150)));
}
