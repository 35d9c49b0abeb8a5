// Two people talk: the first conversation of a customer from the other origin, and everything that hangs on it.
import assert from "node:assert/strict";
import { AgentDesk, Customer, Shop } from "../lib/browser.mjs";
import { png } from "../lib/picture.mjs";
import { agentOf, inbox, loginOf, onlyAvailable } from "../lib/shop.mjs";
import { until } from "../lib/wait.mjs";

export async function talk({ suite, server, browser }) {
  let shop;
  let agent;
  let customer;
  let ticketId;

  await suite.test("the desk is open: log-in form, foreign shop page", async () => {
    await onlyAvailable(server, "jonas");
    shop = await Shop.open(server.url, inbox.en);
    agent = await AgentDesk.sit(browser);
    await agent.enter(server.url, loginOf(server, "jonas"));
    await agent.live();
    customer = await Customer.sit(browser, { width: 1280, height: 800 });
    await customer.visit(shop.url);
    await customer.openChat();
    await customer.begin();
  });
  if (!agent || !customer) return;

  await suite.test("a new conversation is offered to the agent without a reload, and he accepts it", async () => {
    await customer.write("Does the Harbour kettle work on induction?");
    await agent.id("offer").waitFor();
    assert.match(await agent.id("offer").innerText(), /Nora Field/);
    await customer.id("queue-card").waitFor();
    assert.equal(await customer.id("queue-card").getAttribute("data-position"), "1");
    await agent.accept();
    await agent.sees("Does the Harbour kettle work on induction?");
    ticketId = Number(await agent.id("conversation").getAttribute("data-ticket-id"));
    await customer.id("queue-card").waitFor({ state: "detached" });
    await until("the customer to see who took it", async () => (await customer.id("panel").innerText()).includes("Jonas"));
  });
  if (!ticketId) return;

  await suite.test("typing shows on both sides and goes away", async () => {
    await customer.id("composer-input").pressSequentially("It should be 2 kW", { delay: 20 });
    await agent.id("typing-indicator").waitFor();
    await customer.id("composer-input").fill("");
    await agent.id("typing-indicator").waitFor({ state: "detached" });
    await agent.id("composer-input").pressSequentially("It does", { delay: 20 });
    await customer.id("typing-indicator").waitFor();
    await agent.id("composer-input").fill("");
    await customer.id("typing-indicator").waitFor({ state: "detached" });
  });

  await suite.test("the answer arrives and read ticks show on both sides", async () => {
    await agent.reply("Yes, on gas and induction.");
    await customer.sees("Yes, on gas and induction.");
    const answer = agent.message("Yes, on gas and induction.");
    await until("the agent's message to be read", async () => (await answer.getAttribute("data-delivery")) === "read");
    assert.equal(await answer.count(), 1);
    const question = customer.message("Does the Harbour kettle");
    await until("the customer's message to be read", async () => (await question.getAttribute("data-delivery")) === "read");
  });

  await suite.test("a message counts as delivered, not read, while the chat is closed", async () => {
    await customer.id("panel").getByTestId("close").click();
    await customer.id("panel").waitFor({ state: "hidden" });
    await agent.reply("Anything else I can do?");
    const answer = agent.message("Anything else I can do?");
    await until("the tick “delivered”", async () => (await answer.getAttribute("data-delivery")) === "delivered");
    await until("the badge on the bubble", async () => (await customer.id("launcher-badge").innerText()) === "1");
    assert.equal(await answer.getAttribute("data-delivery"), "delivered");
    await customer.openChat();
    await until("the tick “read”", async () => (await answer.getAttribute("data-delivery")) === "read");
  });

  await suite.test("a picture from the customer shows as a picture to the agent", async () => {
    await customer.id("file-input").setInputFiles({ name: "my stove.png", mimeType: "image/png", buffer: png(64, 48) });
    await until("the upload", async () => (await customer.id("upload").count()) === 1 && !(await customer.id("composer-send").isDisabled()));
    await customer.write("This is my stove");
    const picture = agent.message("This is my stove").locator("img");
    await picture.waitFor();
    await until("the picture to load", () => picture.evaluate((img) => img.complete && img.naturalWidth === 64 && img.naturalHeight === 48));
    await customer.allSent();
  });

  await suite.test("a picture from the agent shows as a picture to the customer on the other origin", async () => {
    await agent.id("composer-reply").click();
    await agent.id("composer-file").setInputFiles({ name: "kettle.png", mimeType: "image/png", buffer: png(40, 40, [160, 60, 40]) });
    await agent.id("upload").waitFor();
    await agent.id("composer-input").fill("Here is ours");
    await until("the upload", async () => !(await agent.id("composer-send").isDisabled()));
    await agent.id("composer-send").click();
    const picture = customer.message("Here is ours").locator("img");
    await picture.waitFor();
    await until("the picture to load", () => picture.evaluate((img) => img.complete && img.naturalWidth === 40));
  });

  await suite.test("an internal note never reaches the customer", async () => {
    await agent.note("Secret-note-7731: he was rude on the phone");
    await agent.page.locator('[data-testid=message][data-kind="note"]').filter({ hasText: "Secret-note-7731" }).waitFor();
    await until("the note to be stored", async () => (await agent.page.locator('[data-testid=message][data-kind="note"]').getAttribute("data-delivery")) === "sent");
    // What comes after the note has arrived, so the note would have.
    await agent.reply("A colleague confirms it.");
    await customer.sees("A colleague confirms it.");
    await customer.page.reload();
    await customer.openChat();
    await customer.sees("A colleague confirms it.");
    assert.ok(!(await customer.page.content()).includes("7731"), "the note is in the customer's page");
    assert.ok(!customer.heard.some((text) => text.includes("7731")), "the note was sent to the customer's browser");
    assert.ok(customer.heard.some((text) => text.includes("A colleague confirms it.")), "the test reads what the browser was told");
  });

  await suite.test("send and close, then the customer rates and the agent sees it", async () => {
    await agent.write("Glad to help. Goodbye!");
    await agent.id("composer-send-more").click();
    await agent.id("composer-send-close").click();
    await customer.sees("Goodbye!");
    await customer.id("rating").waitFor();
    await customer.id("rating-star-4").check({ force: true });
    await customer.id("rating-comment").fill("Quick and kind");
    await customer.id("rating-submit").click();
    await customer.id("rating").waitFor({ state: "detached" });
    await agent.page.locator('[data-testid=event][data-code="rated"]').waitFor();
    assert.match(await agent.page.locator('[data-testid=event][data-code="rated"]').innerText(), /4 of 5/);
    const { ticket } = await (await agentOf(server, "ruth")).call("GET", `/api/v1/tickets/${ticketId}`);
    assert.equal(ticket.state, "solved");
    assert.equal(ticket.rating.score, 4);
    assert.equal(ticket.rating.comment, "Quick and kind");
  });

  await suite.test("the customer writes again and the conversation is open again", async () => {
    await customer.id("reopen").click();
    await customer.write("One more question: the lid?");
    await agent.sees("One more question: the lid?");
    await agent.id("close-ticket").waitFor();
    const admin = await agentOf(server, "ruth");
    await until("the ticket to be open", async () => (await admin.call("GET", `/api/v1/tickets/${ticketId}`)).ticket.state === "open");
  });

  await suite.test("neither browser complained", async () => {
    assert.deepEqual(agent.faults, []);
    assert.deepEqual(customer.faults, []);
  });
  await agent.leave();
  await customer.leave();
  await shop.close();
}
