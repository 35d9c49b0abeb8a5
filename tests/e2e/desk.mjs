// The desk itself: reply guard, keyboard, roles, verified customers.
import assert from "node:assert/strict";
import { AgentDesk, Customer, axe } from "../lib/browser.mjs";
import { Refused } from "../lib/http.mjs";
import { agentOf, conversationOf, loginOf, onlyAvailable } from "../lib/shop.mjs";
import { until } from "../lib/wait.mjs";

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
  throw new Error("the call was not refused");
}

export async function desk({ suite, server, browser }) {
  const admin = await agentOf(server, "ruth");
  const jonas = await agentOf(server, "jonas");
  const amara = await agentOf(server, "amara");
  await onlyAvailable(server, "jonas");

  await suite.test("wrong password: a sentence, no way in", async () => {
    const agent = await AgentDesk.sit(browser);
    await agent.page.goto(`${server.url}/console/`);
    await agent.logIn(loginOf(server, "jonas").email, "not the password");
    await agent.id("login-error").waitFor();
    assert.match(await agent.id("login-error").innerText(), /do not match/);
    await agent.logIn(loginOf(server, "jonas").email, loginOf(server, "jonas").password);
    await agent.page.locator("main#main").waitFor();
    await agent.leave();
  });

  await suite.test("a reply is held back when a colleague has answered, and “Send anyway” sends it", async () => {
    const { id, visitor } = await conversationOf(server, jonas, admin, "Where is my parcel?");
    const agent = await AgentDesk.sit(browser);
    await agent.arrive(server.url, jonas, `/inbox/mine/${id}`);
    await agent.conversation(id);
    await agent.write("It left yesterday.");
    await amara.reply(id, "It is in Dover, says the carrier.");
    await agent.id("reply-guard").waitFor();
    assert.match(await agent.id("reply-guard").innerText(), /Amara/);
    assert.match(await agent.id("reply-guard").innerText(), /It is in Dover/);
    // He presses the keys all the same: the server holds it.
    await agent.id("composer-input").press("Control+Enter");
    await until("the held reply to be back in the composer", async () => (await agent.id("composer-input").inputValue()) === "It left yesterday." && (await agent.id("reply-guard").isVisible()));
    assert.ok(!(await admin.messages(id)).some((message) => message.text === "It left yesterday."), "it was not sent");
    await agent.id("guard-send").click();
    await agent.id("reply-guard").waitFor({ state: "detached" });
    await until("the reply to be stored once", async () => (await admin.messages(id)).filter((message) => message.text === "It left yesterday.").length === 1);
    const page = await visitor.call("GET", `/api/v1/widget/conversations/${id}/messages`);
    assert.deepEqual(page.items.map((item) => item.text), ["Where is my parcel?", "It is in Dover, says the carrier.", "It left yesterday."]);
    assert.equal(await agent.id("composer-input").inputValue(), "");
    await agent.leave();
  });

  await suite.test("two agents in one ticket see each other looking and writing", async () => {
    const { id } = await conversationOf(server, jonas, admin);
    const [one, two] = [await AgentDesk.sit(browser), await AgentDesk.sit(browser)];
    await one.arrive(server.url, jonas, `/inbox/open/${id}`);
    await two.arrive(server.url, amara, `/inbox/open/${id}`);
    await one.conversation(id);
    await two.conversation(id);
    await until("Jonas to see Amara", async () => /Amara is viewing/.test(await one.id("viewers").innerText()));
    await two.id("composer-input").pressSequentially("I think", { delay: 20 });
    await until("Jonas to see Amara writing", async () => /Amara is writing/.test(await one.id("viewers").innerText()));
    await two.leave();
    await one.id("viewers").waitFor({ state: "detached" });
    await one.leave();
  });

  await suite.test("the keyboard alone: log in, open, answer, close, undo", async () => {
    const { id, visitor } = await conversationOf(server, jonas, admin, "Is the linen pre-washed?");
    const agent = await AgentDesk.sit(browser);
    const { keyboard } = agent.page;
    await agent.page.goto(`${server.url}/console/`);
    await agent.id("login-email").waitFor();
    await until("the first field to have the focus", () => agent.id("login-email").evaluate((field) => field === document.activeElement));
    await keyboard.type(loginOf(server, "jonas").email);
    await keyboard.press("Tab");
    await keyboard.type(loginOf(server, "jonas").password);
    await keyboard.press("Enter");
    await agent.id("ticket-row").first().waitFor();
    const active = () => agent.id("ticket-list").getAttribute("aria-activedescendant");
    await until("j to reach the ticket", async () => {
      if ((await active()) === `row-${id}`) return true;
      const before = await active();
      await keyboard.press("j");
      await until("the selection to move", async () => (await active()) !== before, { within: 3_000 });
      return (await active()) === `row-${id}`;
    });
    await keyboard.press("Enter");
    await agent.conversation(id);
    await keyboard.press("r");
    await until("the composer to have the focus", () => agent.id("composer-input").evaluate((field) => field === document.activeElement));
    await keyboard.type("Yes, twice, in Portugal.");
    await keyboard.press("Control+Enter");
    await until("the reply to be stored", async () => (await admin.messages(id)).some((message) => message.text === "Yes, twice, in Portugal."));
    await keyboard.press("Escape");
    await keyboard.press("e");
    await until("the ticket to be solved", async () => (await admin.call("GET", `/api/v1/tickets/${id}`)).ticket.state === "solved");
    await agent.id("toast-undo").waitFor();
    for (let presses = 0; presses < 80; presses++) {
      if (await agent.page.evaluate(() => document.activeElement?.getAttribute("data-testid") === "toast-undo")) break;
      await keyboard.press("Tab");
    }
    assert.ok(await agent.page.evaluate(() => document.activeElement?.getAttribute("data-testid") === "toast-undo"), "Tab reaches “Undo”");
    await keyboard.press("Enter");
    await until("the ticket to be open again", async () => (await admin.call("GET", `/api/v1/tickets/${id}`)).ticket.state === "open");
    assert.equal((await visitor.call("GET", "/api/v1/widget/conversations")).items[0].state, "open");
    assert.deepEqual(agent.faults, []);
    await agent.leave();
  });

  await suite.test("F6 goes round the panes and Alt with a digit to a view, also out of a text", async () => {
    const { id } = await conversationOf(server, jonas, admin, "Is it heavy?");
    const agent = await AgentDesk.sit(browser);
    await agent.arrive(server.url, jonas, `/inbox/open/${id}`);
    await agent.conversation(id);
    await agent.id("customer-panel").waitFor();
    const { keyboard } = agent.page;
    const focused = () => agent.page.evaluate(() => [document.activeElement?.tagName, document.activeElement?.getAttribute("aria-label"), getComputedStyle(document.activeElement).outlineStyle].join(" "));
    const round = ["NAV Main solid", "SECTION Conversations solid", "SECTION Conversation solid", "ASIDE Customer solid"];
    await agent.id("composer-input").fill("Just under a kilo");
    await agent.id("composer-input").focus();
    const seen = [];
    for (let n = 0; n < 5; n++) {
      await keyboard.press("F6");
      seen.push(await focused());
    }
    assert.deepEqual(seen, [round[3], ...round]);
    await keyboard.press("Shift+F6");
    assert.equal(await focused(), round[2]);
    assert.deepEqual(await axe(agent.page), []);
    await agent.id("composer-input").focus();
    await keyboard.press("Alt+2");
    await agent.page.waitForURL(/\/inbox\/unassigned$/);
    await keyboard.press("Alt+3");
    await agent.page.waitForURL(/\/inbox\/open$/);
    await agent.openTicket(id);
    assert.equal(await agent.id("composer-input").inputValue(), "Just under a kilo");
    await agent.id("composer-input").fill("");
    assert.deepEqual(agent.faults, []);
    await agent.leave();
  });

  await suite.test("send and close is undone while the reply is on its way and when it is stored", async () => {
    const { id } = await conversationOf(server, jonas, admin, "Does it come in blue?");
    const agent = await AgentDesk.sit(browser);
    await agent.arrive(server.url, jonas, `/inbox/open/${id}`);
    await agent.conversation(id);
    await agent.live();
    const state = async () => (await admin.call("GET", `/api/v1/tickets/${id}`)).ticket.state;
    const changes = async () => (await admin.messages(id)).filter((message) => message.code === "state_changed").map((message) => message.params.to);
    const sendAndClose = async (text) => {
      await agent.write(text);
      await agent.id("composer-input").press("Control+Shift+Enter");
    };
    process.kill(server.child.pid, "SIGSTOP");
    try {
      await sendAndClose("It does, from March on.");
      await agent.id("toast-undo").click();
    } finally {
      process.kill(server.child.pid, "SIGCONT");
    }
    // The server had the order to close already, so it closes and then opens again.
    await until("the reply to be closed and opened", async () => (await changes()).slice(-2).join() === "solved,open");
    assert.equal(await state(), "open");
    await sendAndClose("Shall I keep one for you?");
    await until("the ticket to be solved", async () => (await state()) === "solved");
    await agent.id("toast-undo").click();
    await until("the ticket to be open again", async () => (await state()) === "open");
    const replies = (await admin.messages(id)).filter((message) => message.author.kind === "agent").map((message) => message.text);
    assert.deepEqual(replies.filter(Boolean), ["It does, from March on.", "Shall I keep one for you?"]);
    assert.deepEqual(agent.faults, []);
    await agent.leave();
  });

  await suite.test("a light agent reads and writes notes but cannot answer or close", async () => {
    const { id } = await conversationOf(server, jonas, admin, "Can the warehouse look?");
    const light = await AgentDesk.sit(browser);
    await light.arrive(server.url, await agentOf(server, "chen"), `/inbox/open/${id}`);
    await light.conversation(id);
    await light.id("composer-note").waitFor();
    assert.equal(await light.id("composer-reply").count(), 0);
    assert.equal(await light.id("close-ticket").count(), 0);
    assert.equal(await light.id("composer-send-more").count(), 0);
    await light.id("composer-input").fill("Found it on shelf 4");
    await light.id("composer-input").press("Control+Enter");
    await until("the note", async () => (await admin.messages(id)).some((message) => message.kind === "note" && message.text === "Found it on shelf 4"));
    const chen = await agentOf(server, "chen");
    const answer = await refusal(chen.reply(id, "I answer"));
    assert.equal(answer.status, 403);
    assert.equal((await refusal(chen.call("PATCH", `/api/v1/tickets/${id}`, { state: "solved" }))).status, 403);
    await light.leave();
  });

  await suite.test("another team's ticket and an unknown one say so instead of showing anything", async () => {
    const { id } = await conversationOf(server, jonas, admin, "Private matter 5519");
    const agent = await AgentDesk.sit(browser);
    await agent.arrive(server.url, await agentOf(server, "siyu"));
    for (const ticket of [id, 99_999_999]) {
      await agent.go(`/inbox/open/${ticket}`);
      await until("the refusal", async () => /not yours to see|无权|看不到|不归|没有权限/.test(await agent.page.locator("main#main").innerText()));
      assert.ok(!(await agent.page.content()).includes("5519"));
    }
    await agent.leave();
  });

  await suite.test("a signed-in customer is verified in the console", async () => {
    const customer = await Customer.sit(browser);
    await customer.visit(`${server.url}/demo`);
    await customer.id("demo-sign-in-sofia").click();
    await until("the shop to know her", async () => (await customer.id("demo-customer").innerText()) === "Sofia Marino");
    await customer.openChat();
    await customer.id("panel").waitFor();
    // Somebody with a running conversation lands in it; either way a new one is started from home.
    await customer.id("start-chat").or(customer.id("composer-input")).or(customer.id("start-again")).first().waitFor();
    if (await customer.id("start-again").isVisible()) await customer.id("start-again").click();
    else if (await customer.id("composer-input").isVisible()) {
      await customer.id("back").click();
      await customer.id("start-chat").click();
    } else await customer.id("start-chat").click();
    await customer.id("composer-input").waitFor();
    assert.equal(await customer.id("prechat-name").count(), 0, "who is known is not asked");
    await customer.write("It is me, Sofia 4412");
    await customer.allSent();
    const agent = await AgentDesk.sit(browser);
    await agent.arrive(server.url, await agentOf(server, "mei"));
    const ticket = await until("her ticket", async () => (await admin.call("GET", "/api/v1/tickets?view=open&sort=created&limit=5")).items.find((item) => item.last_message?.text === "It is me, Sofia 4412"));
    await agent.openTicket(ticket.id);
    await agent.id("customer-panel").getByText("Sofia Marino").first().waitFor();
    await agent.id("customer-panel").getByTitle("Verified").first().waitFor();
    assert.equal(ticket.requester.is_verified, true);
    await until("her to be online", async () => (await agent.id("customer-online").getAttribute("data-online")) === "true");
    // A stranger beside her is not verified.
    const { id } = await conversationOf(server, jonas, admin, "Stranger");
    await agent.openTicket(id);
    await agent.id("customer-name").waitFor();
    assert.equal(await agent.id("customer-panel").getByTitle("Verified").count(), 0);
    await customer.leave();
    await until("her to be offline", async () => (await admin.call("GET", `/api/v1/customers/${ticket.requester.id}`)).is_online === false || (await admin.call("GET", `/api/v1/customers/${ticket.requester.id}`)).customer?.is_online === false, { within: 90_000 });
    await agent.leave();
  }, { within: 150_000 });

  await suite.test("searching customers finds them by a part of the name", async () => {
    const agent = await AgentDesk.sit(browser);
    await agent.arrive(server.url, await agentOf(server, "mei"), "/customers");
    await agent.id("customer-row").nth(5).waitFor();
    await agent.id("customer-search").fill("sofia mar");
    await until("one row", async () => (await agent.id("customer-row").count()) === 1);
    assert.match(await agent.id("customer-row").innerText(), /Sofia Marino/);
    await agent.id("customer-search").fill("no such person");
    await until("no row and a sentence", async () => (await agent.id("customer-row").count()) === 0 && /No match for/.test(await agent.page.locator("main#main").innerText()));
    await agent.leave();
  });

  await suite.test("searching tickets finds them by number, subject and customer", async () => {
    const { id } = await conversationOf(server, jonas, admin, "Unmistakable zebra pattern");
    const { ticket } = await admin.call("GET", `/api/v1/tickets/${id}`);
    const agent = await AgentDesk.sit(browser);
    await agent.arrive(server.url, jonas);
    for (const q of [String(ticket.number), "mistakable zeb", ticket.requester.name]) {
      await agent.go("/inbox/all");
      await agent.id("list-search").fill(q);
      await until(`the ticket to be found by “${q}”`, async () => (await agent.page.locator(`[data-testid=ticket-row][data-ticket-id="${id}"]`).count()) === 1 && (await agent.id("ticket-row").count()) < 5);
    }
    await agent.leave();
  });

  await suite.test("logging out ends the session in every tab", async () => {
    const agent = await AgentDesk.sit(browser);
    await agent.enter(server.url, loginOf(server, "amara"));
    const second = await agent.context.newPage();
    await second.goto(`${server.url}/console/`);
    await second.locator("main#main").waitFor();
    await agent.id("status-switch").click();
    await agent.id("logout").click();
    await agent.id("login-email").waitFor();
    await second.getByTestId("login-email").waitFor();
    await agent.leave();
  });
}
