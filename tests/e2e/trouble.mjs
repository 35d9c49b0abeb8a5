// Reloads, lost networks, a killed server: nothing lost, nothing twice, nothing out of order.
import assert from "node:assert/strict";
import { AgentDesk, Customer } from "../lib/browser.mjs";
import { Proxy } from "../lib/proxy.mjs";
import { agentOf, assign, conversationOf, onlyAvailable } from "../lib/shop.mjs";
import { Link } from "../lib/link.mjs";
import { tick, until } from "../lib/wait.mjs";

const number = (letter, n) => `${letter}${String(n).padStart(2, "0")}`;

/** A customer's and an agent's browser in one conversation, each with a network of its own. */
async function pair({ server, browser }) {
  const admin = await agentOf(server, "ruth");
  const jonas = await agentOf(server, "jonas");
  const lines = { agent: await Proxy.to(server.port), customer: await Proxy.to(server.port) };
  const customer = await Customer.sit(browser);
  await customer.visit(`${lines.customer.url}/demo`);
  await customer.openChat();
  await customer.begin({ name: "Tomas Reyes", email: "tomas@example.com" });
  await customer.write("Hello there");
  const found = await until("the ticket", async () => (await admin.call("GET", "/api/v1/tickets?view=open&sort=created&limit=5")).items.find((item) => item.last_message?.text === "Hello there" && item.assignee_id === null));
  await assign(admin, found.id, jonas.me.id);
  const agent = await AgentDesk.sit(browser);
  await agent.arrive(lines.agent.url, jonas, `/inbox/mine/${found.id}`);
  await agent.sees("Hello there");
  await agent.live();
  return { agent, customer, admin, lines, ticketId: found.id, leave: () => Promise.all([agent.leave(), customer.leave(), lines.agent.close(), lines.customer.close()]) };
}

/** Lets the agent's replies out as a person would: a held one is sent anyway. */
async function settle(agent) {
  const send = agent.id("guard-send");
  const waiting = agent.page.locator('[data-testid=message][data-delivery="sending"], [data-testid=message][data-delivery="failed"]');
  await until("all replies of the agent's to be sent", async () => {
    if ((await send.isVisible()) && (await send.isEnabled())) await send.click();
    return (await waiting.count()) === 0 && (await agent.id("composer-input").inputValue()) === "" && !(await send.isVisible());
  }, { within: 45_000 });
}

/** Both screens and the database show the same marks in the same order, each once, each author's ascending. */
async function agree({ agent, customer, admin, ticketId }, expected) {
  const stored = async () => (await admin.messages(ticketId)).filter((message) => message.kind === "reply").flatMap((message) => message.text.match(/\b[a-z]\d\d\b/g) ?? []);
  await settle(agent);
  await customer.allSent({ within: 45_000 });
  const truth = await stored();
  assert.deepEqual([...truth].sort(), [...expected].sort(), "what is stored, each message once");
  for (const letter of new Set(expected.map((mark) => mark[0]))) {
    const own = truth.filter((mark) => mark[0] === letter);
    assert.deepEqual(own, [...own].sort(), `the order of ${letter === "c" ? "the customer's" : "the agent's"} messages`);
  }
  for (const [who, person] of [["agent", agent], ["customer", customer]]) {
    await until(`the ${who}'s screen to agree with what is stored`, async () => (await person.marks()).join() === truth.join(), { within: 45_000 }).catch(async (error) => {
      throw new Error(`${error.message}\nstored: ${truth.join(" ")}\n${who} sees: ${(await person.marks()).join(" ")}`);
    });
  }
}

export async function trouble({ suite, server, browser }) {
  await onlyAvailable(server, "jonas");

  await suite.test("an agent reloads in mid-conversation and his draft is still there", async () => {
    const both = await pair({ server, browser });
    const { agent, customer } = both;
    await agent.reply("a01 hello, Jonas here");
    await customer.sees("a01");
    await agent.write("Half a sentence that must not be lo");
    await until("the draft to be saved", async () => (await agent.id("draft-state").getAttribute("data-state")) === "saved");
    await agent.page.reload();
    await until("the draft to be back", async () => (await agent.id("composer-input").inputValue()) === "Half a sentence that must not be lo");
    // At once after typing, before it could have been saved anywhere but in this browser.
    await agent.id("composer-input").fill("Half a sentence that must not be lost");
    await agent.page.reload();
    await until("the newest draft to be back", async () => (await agent.id("composer-input").inputValue()) === "Half a sentence that must not be lost");
    await customer.write("c01 are you still there?");
    await agent.sees("c01");
    assert.equal(await agent.id("composer-input").inputValue(), "Half a sentence that must not be lost");
    // The customer reloads as well and finds everything.
    await customer.page.reload();
    await customer.openChat();
    await customer.sees("c01");
    await agree(both, ["a01", "c01"]);
    assert.deepEqual(agent.faults, []);
    assert.deepEqual(customer.faults, []);
    await both.leave();
  });

  await suite.test("a draft follows the agent to another browser", async () => {
    const both = await pair({ server, browser });
    await both.agent.write("Begun at the office");
    await until("the draft to be saved", async () => (await both.agent.id("draft-state").getAttribute("data-state")) === "saved");
    const home = await AgentDesk.sit(browser);
    await home.arrive(server.url, await agentOf(server, "jonas"), `/inbox/mine/${both.ticketId}`);
    await until("the draft in the other browser", async () => (await home.id("composer-input").inputValue()) === "Begun at the office");
    await home.leave();
    await both.leave();
  });

  await suite.test("the customer is without network for ten seconds while both write", async () => {
    const both = await pair({ server, browser });
    const { agent, customer, lines } = both;
    await customer.write("c01 before");
    await agent.sees("c01"); // else the reply guard holds his answer, and rightly
    await agent.reply("a01 before");
    await customer.sees("a01");
    const back = Date.now() + 10_000;
    lines.customer.down();
    await customer.context.setOffline(true);
    for (let n = 2; n <= 5; n++) {
      await customer.write(`${number("c", n)} written offline`);
      await agent.reply(`${number("a", n)} written meanwhile`);
    }
    await customer.id("offline-banner").waitFor();
    await customer.sees("c05");
    assert.equal(await customer.message("c05").getAttribute("data-delivery"), "sending");
    assert.ok(!(await agent.marks()).includes("c02"), "the network was really gone");
    await tick(Math.max(0, back - Date.now())); // the outage itself
    lines.customer.up();
    await customer.context.setOffline(false);
    await customer.id("offline-banner").waitFor({ state: "detached", timeout: 30_000 });
    await customer.write("c06 after");
    await agent.reply("a06 after");
    await agree(both, [1, 2, 3, 4, 5, 6].flatMap((n) => [number("a", n), number("c", n)]));
    await both.leave();
  }, { within: 120_000 });

  await suite.test("the agent is without network: his replies wait and go out by themselves, in order", async () => {
    const both = await pair({ server, browser });
    const { agent, customer, lines } = both;
    await agent.reply("a01 before");
    await customer.sees("a01");
    lines.agent.down();
    await until("the agent to be told", async () => ["reconnecting", "offline"].includes(await agent.id("connection-state").getAttribute("data-state")));
    for (let n = 2; n <= 4; n++) await agent.reply(`${number("a", n)} written offline`);
    assert.equal(await agent.message("a04").getAttribute("data-delivery"), "sending");
    lines.agent.up();
    await agent.live();
    await customer.sees("a04", { within: 40_000 });
    await agent.reply("a05 after");
    await agree(both, ["a01", "a02", "a03", "a04", "a05"]);
    await both.leave();
  }, { within: 120_000 });

  await suite.test("the agent is without network while the customer writes: held replies keep their order", async () => {
    const both = await pair({ server, browser });
    const { agent, customer, lines } = both;
    await agent.reply("a01 before");
    await customer.sees("a01");
    lines.agent.down();
    await until("the agent to be told", async () => ["reconnecting", "offline"].includes(await agent.id("connection-state").getAttribute("data-state")));
    for (let n = 2; n <= 4; n++) {
      await agent.reply(`${number("a", n)} written offline`);
      await customer.write(`${number("c", n)} written meanwhile`);
    }
    await customer.allSent();
    lines.agent.up();
    await agent.live();
    await agree(both, ["a01", "a02", "a03", "a04", "c02", "c03", "c04"]);
    await both.leave();
  }, { within: 120_000 });

  await suite.test("the customer comes back and the server cannot tell what he missed: he misses nothing", async () => {
    const both = await pair({ server, browser });
    const { agent, customer, lines } = both;
    await customer.write("c01 before");
    await agent.sees("c01");
    await agent.reply("a01 before");
    await customer.sees("a01");
    lines.customer.down();
    await customer.id("offline-banner").waitFor();
    await agent.reply("a02 meanwhile");
    await agent.reply("a03 meanwhile");
    await customer.write("c02 written offline");
    await customer.write("c03 written offline");
    await settle(agent);
    lines.customer.forgetsCursors = true;
    lines.customer.up();
    await customer.id("offline-banner").waitFor({ state: "detached", timeout: 40_000 });
    await agree(both, ["a01", "a02", "a03", "c01", "c02", "c03"]);
    // What was put together stays together over a reload, with the cache of this browser.
    await customer.page.reload();
    await customer.openChat();
    await agree(both, ["a01", "a02", "a03", "c01", "c02", "c03"]);
    await both.leave();
  }, { within: 120_000 });

  await suite.test("the agent comes back and the server cannot tell what he missed: he misses nothing", async () => {
    const both = await pair({ server, browser });
    const { agent, customer, lines } = both;
    await customer.write("c01 before");
    await agent.sees("c01");
    await agent.reply("a01 before");
    await customer.sees("a01");
    lines.agent.down();
    await until("the agent to be told", async () => ["reconnecting", "offline"].includes(await agent.id("connection-state").getAttribute("data-state")));
    await customer.write("c02 meanwhile");
    await customer.write("c03 meanwhile");
    await agent.note("a note written offline");
    await customer.allSent();
    lines.agent.forgetsCursors = true;
    lines.agent.up();
    await agent.live();
    await agent.sees("a note written offline");
    await agree(both, ["a01", "c01", "c02", "c03"]);
    await both.leave();
  }, { within: 120_000 });

  await suite.test("connections are cut again and again while both write", async () => {
    const both = await pair({ server, browser });
    const { agent, customer, lines } = both;
    const expected = [];
    for (let n = 1; n <= 12; n++) {
      await customer.write(`${number("c", n)} through a bad line`);
      expected.push(number("c", n));
      if (n % 3 === 0) {
        lines.customer.cut();
        lines.agent.cut();
      }
      await tick(150); // typing takes a person some time; the cuts then hit different moments
    }
    await agree(both, expected);
    await both.leave();
  }, { within: 120_000 });

  await suite.test("the server is killed and started again while messages are under way both ways", async () => {
    const { starts } = server;
    const both = await pair({ server, browser });
    const { agent, customer } = both;
    await customer.write("c01 before");
    await agent.sees("c01");
    await agent.reply("a01 before");
    await customer.sees("a01");
    // Under way: sent, and the answer not awaited. The agent first: the reply guard would hold what he sends after hearing of c02.
    await agent.reply("a02 under way");
    await customer.write("c02 under way");
    await server.crash();
    await customer.write("c03 while down");
    await agent.reply("a03 while down");
    await customer.write("c04 while down");
    await customer.id("offline-banner").waitFor();
    await until("the agent to be told", async () => ["reconnecting", "offline"].includes(await agent.id("connection-state").getAttribute("data-state")));
    await server.start();
    await agent.live();
    await customer.id("offline-banner").waitFor({ state: "detached", timeout: 40_000 });
    await settle(agent);
    await customer.sees("a03", { within: 40_000 });
    await agent.sees("c04", { within: 40_000 });
    await customer.write("c05 after");
    await customer.sees("c05");
    await agent.sees("c05");
    await agent.reply("a04 after");
    await agree(both, ["a01", "a02", "a03", "a04", "c01", "c02", "c03", "c04", "c05"]);
    assert.equal(server.starts, starts + 1);
    // Parts of the console that load later have a test of their own below.
    assert.deepEqual(agent.errors.filter((line) => line.startsWith("exception") && !line.includes("dynamically imported module")), []);
    assert.deepEqual(customer.errors.filter((line) => line.startsWith("exception")), []);
    await both.leave();
  }, { within: 150_000 });

  await suite.test("a fresh socket is told nothing of the past, also right after a restart", async () => {
    const admin = await agentOf(server, "ruth");
    const jonas = await agentOf(server, "jonas");
    const { id, visitor } = await conversationOf(server, jonas, admin, "Before the restart");
    const before = Date.now();
    await server.crash();
    await server.start();
    const link = await Link.open(server.url, { cookie: admin.cookie, origin: server.url });
    assert.equal(link.hello.resumed, false);
    const { message } = await visitor.write(id, "After the restart");
    await link.event("message.created", (event) => event.message?.id === message.id);
    const old = link.frames.filter((frame) => frame.type === "event" && frame.payload.at < before);
    assert.equal(old.length, 0, `${old.length} old events, the first of ${new Date(old[0]?.payload.at ?? 0).toISOString()}`);
    link.close();
  });

  await suite.test("a part of the console that could not be loaded takes nothing else down and loads when it can", async () => {
    const admin = await agentOf(server, "ruth");
    const jonas = await agentOf(server, "jonas");
    const { id } = await conversationOf(server, jonas, admin, "Still here?");
    const agent = await AgentDesk.sit(browser);
    const parts = /\/console\/assets\/(MenuPopover|History|Palette|CheatSheet|EmojiPicker|Dialog|CustomersScreen)-[^/]*\.js/;
    await agent.context.route(parts, (route) => route.abort("connectionfailed"));
    await agent.arrive(server.url, jonas, `/inbox/mine/${id}`);
    await agent.conversation(id);
    const tries = [
      ["the menu", async () => agent.id("more-menu").click(), async () => agent.page.getByRole("menu").isVisible()],
      ["the emoji picker", async () => agent.id("emoji-button").click(), async () => agent.page.getByRole("dialog").isVisible()],
      ["the palette", async () => agent.page.keyboard.press("Control+k"), async () => agent.id("palette-input").isVisible()],
    ];
    for (const [name, press] of tries) {
      const asked = agent.page.waitForEvent("requestfailed", { predicate: (request) => parts.test(request.url()), timeout: 3_000 }).catch(() => null);
      await press();
      await asked;
      assert.ok(await agent.id("composer-input").isVisible(), `the conversation is still there after ${name} failed`);
      await agent.sees("Still here?", { within: 3_000 });
    }
    await agent.context.unroute(parts);
    for (const [name, press, isShown] of tries) {
      await until(`${name} to open`, async () => {
        if (await isShown()) return true;
        await press();
        return until(name, isShown, { within: 2_000 });
      }, { within: 12_000 });
      await agent.page.keyboard.press("Escape");
    }
    await agent.leave();
  });
}
