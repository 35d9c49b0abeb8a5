// A visitor asks, leaves an address and goes; the conversation continues by e-mail, in the same ticket.
import assert from "node:assert/strict";
import { AgentDesk, Customer, Person, Shop } from "../lib/browser.mjs";
import { agentOf, inbox } from "../lib/shop.mjs";
import { until } from "../lib/wait.mjs";
import { sendNow } from "./mail.mjs";

export async function chatByMail({ suite, server, browser }) {
  await suite.test("a visitor who has left is answered by e-mail and writes back into the same ticket; his browser does not show the mails", async () => {
    const [question, answer, thanks] = ["Do you engrave teapots?", "We do, in two days.", "Then please do mine."].map((text) => `${text} ${process.pid.toString(36)}`);
    const shop = await Shop.open(server.url, inbox.en);
    const customer = await Customer.sit(browser);
    await customer.visit(shop.url);
    await customer.openChat();
    await customer.begin({ name: "Ines Marsh", email: "ines@marsh.example" });
    await customer.write(question);
    await customer.allSent();
    await customer.page.goto("about:blank");

    const desk = await AgentDesk.sit(browser);
    await desk.arrive(server.url, await agentOf(server, "ruth"), "/inbox/open");
    await desk.live();
    await desk.id("ticket-row").filter({ hasText: question }).click();
    await desk.sees(question);
    const ticketId = Number(await desk.id("conversation").getAttribute("data-ticket-id"));
    await desk.id("composer-channel-email").click();
    await desk.id("composer-input").click();
    await desk.id("composer-input").pressSequentially(answer);
    await desk.id("composer-send").click();
    await sendNow(await agentOf(server, "ruth"), ticketId);
    const sent = () => desk.page.locator('[data-testid=message][data-delivery="sent"]').count();
    await until("the mail to have left", async () => (await sent()) > 0, { within: 30_000 });

    const mailbox = await Person.sit(browser);
    await mailbox.page.goto(`${server.url}/demo/mailbox`);
    await mailbox.id("mailbox-row").filter({ hasText: question }).first().click();
    await mailbox.id("mailbox-reply").click();
    await mailbox.id("mail-text").press("Control+Home");
    await mailbox.id("mail-text").pressSequentially(`${thanks}\n`);
    await mailbox.id("mail-send").click();
    await desk.sees(thanks, { within: 30_000 });
    const messages = await (await agentOf(server, "ruth")).messages(ticketId);
    assert.deepEqual(messages.filter((message) => message.kind === "reply").map((message) => message.channel), ["chat", "email", "email"]);

    await customer.visit(shop.url);
    await customer.openChat();
    await customer.sees(question);
    const shown = (await customer.texts()).join("\n");
    assert.ok(!shown.includes(answer) && !shown.includes(thanks), shown);
    assert.deepEqual([...desk.faults, ...mailbox.faults, ...customer.faults], []);
    for (const person of [desk, mailbox, customer]) await person.leave();
    await shop.close();
  }, { within: 120_000 });
}
