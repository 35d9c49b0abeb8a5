// E-mail with real parts: a foreign mail server at our listener, a mailbox read by IMAP, answers sent through Postfix.
import assert from "node:assert/strict";
import { AgentDesk, Person } from "../lib/browser.mjs";
import { MailServer, swaks } from "../lib/mail.mjs";
import { skip } from "../lib/runner.mjs";
import { agentOf } from "../lib/shop.mjs";
import { until } from "../lib/wait.mjs";

export const SUPPORT = "support@demo.parley.test";
const UNDO_WINDOW = 30_000; // 10 s of it, the rest for a busy machine
let serial = 0;
export const fresh = (word) => `${word} ${process.pid.toString(36)}${++serial}`;

/** A console that must never load again: the mark would be gone. */
export async function openDesk(browser, server, who, path) {
  const desk = await AgentDesk.sit(browser);
  await desk.arrive(server.url, await agentOf(server, who), path);
  await desk.live();
  await desk.page.evaluate(() => {
    window.hasNotReloaded = true;
  });
  return desk;
}
const hasNotReloaded = (desk) => desk.page.evaluate(() => window.hasNotReloaded === true);

export async function openRow(desk, subject) {
  const row = desk.id("ticket-row").filter({ hasText: subject });
  await row.waitFor({ timeout: 30_000 });
  await row.click();
  await desk.id("mail-unfold").or(desk.id("mail-to")).first().waitFor();
  return Number(await desk.id("conversation").getAttribute("data-ticket-id"));
}

/** Writes in the rich composer as a person does, with a bold word. */
async function compose(desk, before, bold, after) {
  const input = desk.id("composer-input");
  await input.click();
  await input.pressSequentially(before);
  await desk.page.keyboard.press("Control+b");
  await input.pressSequentially(bold);
  await desk.page.keyboard.press("Control+b");
  await input.pressSequentially(after);
}

/** The agent's newest mail. Its formatted text stands in a frame of its own. */
export const newest = (desk) => desk.page.locator('[data-testid=message]:not([data-delivery=received])').last();
export async function left(desk) {
  await until("the newest mail to be shown as sent", async () => (await newest(desk).getAttribute("data-delivery", { timeout: 1_000 })) === "sent", { within: UNDO_WINDOW });
}
/** Ten seconds to undo are the agent's; a test about something else lets the newest answer leave at once. */
export async function sendNow(agent, ticketId) {
  const waiting = async () => (await agent.messages(ticketId)).findLast((message) => message.author.kind === "agent" && message.delivery?.state === "pending");
  const { id } = await until("the answer to be stored", waiting);
  await agent.call("POST", `/api/v1/messages/${id}/send`, {});
}
export const written = async (desk) => (await desk.id("composer-input").innerText()).replace(/\s+/g, " ").trim();

async function headersOf(agent, messageId) {
  const answer = await agent.raw("GET", `/api/v1/messages/${messageId}/raw`);
  assert.equal(answer.status, 200);
  const [head] = answer.text.replaceAll("\r\n", "\n").split("\n\n");
  const unfolded = head.replace(/\n[ \t]+/g, " ");
  return (name) => unfolded.split("\n").find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}: `))?.slice(name.length + 2) ?? "";
}

export async function mail({ suite, server, browser }) {
  const admin = await agentOf(server, "ruth");
  await ownListener({ suite, server, browser, admin });
  await realMailServer({ suite, server, browser, admin });
}

async function ownListener({ suite, server, browser, admin }) {
  await suite.test("a mail by SMTP becomes a ticket in the open console; answer and reply go by the customer's mailbox", async () => {
    const subject = fresh("Kettle whistles");
    const original = `<${Date.now()}.first@tea.example>`;
    const desk = await openDesk(browser, server, "jonas", "/inbox/open");
    await desk.id("ticket-row").first().waitFor();
    await swaks(server.smtpPort, { from: "Tilda Brook <tilda@tea.example>", to: SUPPORT, subject, text: "It whistles at night.", headers: { "Message-Id": original } });
    const ticketId = await openRow(desk, subject);
    await desk.sees("It whistles at night.");
    await compose(desk, "Please ", "descale", " it with vinegar.");
    await desk.id("composer-send").click();
    await newest(desk).getByTestId("mail-undo").waitFor();
    await left(desk);
    const answer = (await admin.messages(ticketId)).find((message) => message.author.kind === "agent" && message.kind === "reply");
    const header = await headersOf(admin, answer.id);
    assert.equal(header("In-Reply-To"), original);
    assert.ok(header("References").includes(original), header("References"));
    assert.match(header("To"), /tilda@tea\.example/);

    const mailbox = await Person.sit(browser);
    await mailbox.page.goto(`${server.url}/demo/mailbox`);
    await mailbox.id("mailbox-row").filter({ hasText: subject }).first().click();
    await until("the answer with its bold word", async () => {
      const frames = mailbox.page.frames();
      for (const frame of frames) if ((await frame.locator("b, strong").filter({ hasText: "descale" }).count()) > 0) return true;
      return false;
    });
    await mailbox.id("mailbox-reply").click();
    await mailbox.id("mail-text").press("Control+Home");
    await mailbox.id("mail-text").pressSequentially("Vinegar it is, thank you!\n");
    await mailbox.id("mail-send").click();
    await desk.sees("Vinegar it is, thank you!", { within: 30_000 });
    const shown = await desk.message("Vinegar it is").innerText();
    assert.ok(!shown.includes("with vinegar"), "what the customer quoted is folded away");
    assert.equal((await admin.messages(ticketId)).filter((message) => message.author.kind === "customer").length, 2);
    assert.ok(await hasNotReloaded(desk));
    assert.deepEqual([...desk.faults, ...mailbox.faults], []);
    await mailbox.leave();
    await desk.leave();
  }, { within: 90_000 });

  await suite.test("a mail that is taken back within ten seconds never leaves", async () => {
    const subject = fresh("Lamp shade");
    await swaks(server.smtpPort, { from: "Otto <otto@lamp.example>", to: SUPPORT, subject, text: "Is it linen?" });
    const desk = await openDesk(browser, server, "jonas", "/inbox/open");
    const ticketId = await openRow(desk, subject);
    await compose(desk, "It is ", "cotton", ", I am afraid.");
    await desk.id("composer-send").click();
    await newest(desk).getByTestId("mail-undo").click();
    await until("the text to be back in the composer", async () => (await written(desk)) === "It is cotton, I am afraid.");
    const state = async () => (await admin.messages(ticketId)).find((message) => message.author.kind === "agent" && message.kind === "reply").delivery;
    assert.equal((await state()).state, "cancelled");
    // Beyond its time a mail that still waited would have left.
    const { due_at: due } = await state();
    await until("the time it was due", () => Date.now() > due + 1_500, { within: 20_000 });
    assert.equal((await state()).state, "cancelled");
    const { items } = await (await fetch(`${server.url}/api/v1/demo/mails`)).json();
    assert.equal(items.filter((item) => item.is_from_shop && item.subject.includes(subject)).length, 0);
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  }, { within: 90_000 });

  await suite.test("an agent writes a signature of his own, and his next mail carries it above the one of the inbox", async () => {
    const [subject, title] = [fresh("Tea strainer"), fresh("Keeper of teapots")];
    const desk = await openDesk(browser, server, "amara", "/settings/signature");
    const editor = desk.id("own-signature");
    await editor.click();
    await editor.press("Control+a");
    await editor.press("Delete");
    await desk.page.getByTitle("{{agent.first_name}}").click();
    await editor.pressSequentially(`, ${title}`);
    await desk.page.getByText("Not saved yet").waitFor();
    await desk.id("own-signature-save").click();
    await desk.page.getByText("Saved", { exact: true }).waitFor();
    await desk.go("/settings/signature");
    await until("the signature as it was saved", async () => (await editor.innerText()).includes(`{{agent.first_name}}, ${title}`));
    assert.equal(await desk.id("own-signature-save").isEnabled(), false, "what was read is not taken for a change");

    await swaks(server.smtpPort, { from: "Tilda Brook <tilda@tea.example>", to: SUPPORT, subject, text: "Is it silver?" });
    await desk.go("/inbox/open");
    const ticketId = await openRow(desk, subject);
    const name = (await agentOf(server, "amara")).me.name.split(" ")[0];
    const signed = desk.page.frameLocator("[data-testid=mail-signature] iframe").locator("body");
    await compose(desk, "It is ", "steel", ".");
    await until("the signature below the text", async () => (await signed.innerText()).includes(`${name}, ${title}`));
    const [own, shared] = (await signed.innerText()).split(title);
    assert.ok(own.trim() === `${name},` && shared.trim() !== "", "one's own above the inbox's");
    await desk.id("composer-send").click();
    await sendNow(admin, ticketId);
    await left(desk);
    const { items } = await (await fetch(`${server.url}/api/v1/demo/mails`)).json();
    const sent = items.find((item) => item.is_from_shop && item.subject.includes(subject));
    assert.ok(sent.text.includes(`${name}, ${title}`), sent.text);
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  }, { within: 90_000 });

  await suite.test("spam is held back, and released it is a ticket", async () => {
    const subject = fresh("Cheap watches");
    await swaks(server.smtpPort, { from: "Rolf <rolf@watch.example>", to: SUPPORT, subject, text: "Buy now.", headers: { "X-Spam-Flag": "YES" } });
    const desk = await openDesk(browser, server, "ruth", "/settings/mails");
    await desk.id("filter-quarantined").click();
    await desk.id("mail-row").filter({ hasText: subject }).click();
    await desk.id("mail-release").click();
    const entry = async () => (await admin.call("GET", "/api/v1/email/mails?limit=50")).items.find((item) => item.subject === subject);
    await until("the ticket", async () => (await entry()).state === "ticket");
    const { ticket } = await admin.call("GET", `/api/v1/tickets/${(await entry()).ticket_id}`);
    assert.equal(ticket.subject, subject);
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  });
}

/** A field of a form by its label. */
const field = (desk, label) => desk.page.locator("main#main").getByLabel(label, { exact: true });

async function addInbox(desk, post, address) {
  await desk.page.getByTestId("inbox-new").click();
  await desk.page.getByTestId("inbox-new-email").click();
  await desk.id("wizard-name").fill("Harbour shop");
  await desk.id("wizard-address").fill(address);
  await desk.id("wizard-next").click();
  for (const [kind, port] of [["imap", post.imapPort], ["smtp", post.submissionPort]]) {
    await desk.page.locator(`input[type=radio][value=${kind}]`).check({ force: true });
    await desk.id(`${kind}-host`).fill("127.0.0.1");
    await field(desk, "Encryption").selectOption("none");
    await field(desk, "Port").fill(String(port));
    await field(desk, "User name").fill(address);
    await desk.id(`${kind}-secret`).fill("test");
    await desk.id("wizard-next").click();
  }
  for (const kind of ["imap", "smtp"]) await desk.id(`check-${kind}`).getByText("Works").first().waitFor();
  await desk.id("wizard-next").click();
  await desk.id("wizard-done").click();
  await desk.id("email-health").waitFor();
}

async function realMailServer({ suite, server, browser, admin }) {
  const [ann, bea] = ["Ann Quay <ann@customer.example>", "Bea Dock <bea@customer.example>"];
  let post;
  const suiteFailure = suite.onFailure;
  suite.onFailure = async (name) => [await suiteFailure(name), post?.tail()].filter(Boolean).join("\n");
  await suite.test("a mailbox behind Postfix and Dovecot: in by IMAP, out by SMTP, and nothing lost or doubled while it is down", async () => {
    const reason = MailServer.missing();
    if (reason) skip(reason);
    await post?.close();
    post = await MailServer.open(["harbour.example", "customer.example"]);
    const address = `help${++serial}@harbour.example`;
    const ruth = await openDesk(browser, server, "ruth", "/settings/inboxes");
    await addInbox(ruth, post, address);
    await ruth.leave();

    const desk = await openDesk(browser, server, "ruth", "/inbox/open");
    const subject = fresh("Rope for a dinghy");
    const original = `<${Date.now()}.rope@customer.example>`;
    await post.send({ From: ann, To: address, Subject: subject, "Message-ID": original, text: "How thick is it?\n", html: "<p>How <b>thick</b> is it?</p>" });
    const ticketId = await openRow(desk, subject);
    await compose(desk, "It is ", "eight millimetres", " thick.");
    await desk.id("composer-send").click();
    await sendNow(admin, ticketId);
    const arrived = async (user) => (await post.mailbox(user)).filter((mail) => mail.From.includes(address));
    const [answer] = await until("the answer in the customer's mailbox", async () => {
      const mails = await arrived("ann@customer.example");
      return mails.length > 0 && mails;
    }, { within: UNDO_WINDOW, every: 400 });
    assert.equal(answer["In-Reply-To"], original);
    assert.ok(answer.References.includes(original));
    assert.match(answer.text, /It is \*?eight millimetres\*? thick\./);
    await left(desk);

    // The customer's second mail and the second answer meet a mail server that is down.
    const inbound = `<${Date.now()}.later@customer.example>`;
    await post.stopDovecot();
    await post.send({ From: ann, To: address, Subject: `Re: ${subject}`, "In-Reply-To": answer["Message-ID"], References: `${original} ${answer["Message-ID"]}`, "Message-ID": inbound, text: "And how long?\n" });
    const other = fresh("Anchor");
    await post.send({ From: bea, To: address, Subject: other, text: "Is it galvanised?\n" });
    await post.stopPostfix();
    await compose(desk, "We also have it in ", "ten", ".");
    await desk.id("composer-send").click();
    await sendNow(admin, ticketId);
    await until("the console to say that it has not left", async () => /Not delivered yet/.test(await newest(desk).innerText()), { within: UNDO_WINDOW });
    await post.start();
    await desk.sees("And how long?", { within: 60_000 });
    await until("the second answer to be sent", async () => {
      const again = newest(desk).getByTestId("mail-again"); // while the server rests, nothing is tried
      if ((await again.count()) > 0) await again.click({ timeout: 1_000 }).catch(() => {});
      return (await newest(desk).getAttribute("data-delivery", { timeout: 1_000 })) === "sent";
    }, { within: 60_000, every: 2_000 });
    const ticketsOf = async (words) => (await admin.call("GET", `/api/v1/tickets?view=all&q=${encodeURIComponent(words)}`)).items;
    await until("the other customer's ticket", async () => (await ticketsOf(other)).length > 0, { within: 30_000 });
    await desk.id("ticket-row").filter({ hasText: other }).waitFor();

    const sent = await arrived("ann@customer.example");
    assert.equal(sent.length, 2, "each answer arrived once");
    assert.ok(sent[1].References.includes(original), "in the same thread");
    const messages = (await admin.messages(ticketId)).filter((message) => message.kind === "reply");
    assert.deepEqual(messages.map((message) => message.author.kind), ["customer", "agent", "agent", "customer"]);
    for (const words of [subject, other]) assert.equal((await ticketsOf(words)).length, 1, "each conversation is one ticket");
    assert.ok(await hasNotReloaded(desk));
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  }, { within: 150_000 });
  await post?.close();
  suite.onFailure = suiteFailure;
}
