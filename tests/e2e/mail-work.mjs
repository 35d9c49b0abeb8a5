// What agents do with mail besides answering it: requester, log, blocks, templates, pictures, schedule, undo, failures, outbox.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { newKey } from "../lib/http.mjs";
import { swaks } from "../lib/mail.mjs";
import { agentOf } from "../lib/shop.mjs";
import { until } from "../lib/wait.mjs";
import { fresh, newest, openDesk, openRow, SUPPORT, written } from "./mail.mjs";

const FROM = "Tilda Brook <tilda@tea.example>";

const receive = (server, mail) => swaks(server.smtpPort, { from: FROM, to: SUPPORT, ...mail });
const html = (text) => ({ text, headers: { "MIME-Version": "1.0", "Content-Type": "text/html; charset=utf-8" } });
const ticketOf = async (admin, id) => (await admin.call("GET", `/api/v1/tickets/${id}`)).ticket;
const lastReply = async (admin, id) => (await admin.messages(id)).findLast((message) => message.author.kind === "agent" && message.kind === "reply");
const tomorrow = () => Date.now() + 24 * 3600_000;

/** A mail that came in, open in the console, with the composer unfolded. */
async function receiveAndOpen({ server, browser }, who, mail) {
  await receive(server, mail);
  const desk = await openDesk(browser, server, who, "/inbox/open");
  const ticketId = await openRow(desk, mail.subject);
  await desk.id("composer-input").click();
  await desk.id("mail-to").waitFor();
  return { desk, ticketId };
}
const chips = (desk, field = "mail-to") => desk.id(field).getByTestId("address-chip");

/** The mail log with the entry of this subject opened. */
async function openLogEntry(desk, subject) {
  await desk.go("/settings/mails");
  await desk.id("mail-row").filter({ hasText: subject }).click();
  await desk.id("mail-detail").waitFor();
}

async function requester({ suite, server, browser, admin }) {
  await suite.test("whoever wrote a forwarded mail becomes the requester, and the answer goes to him", async () => {
    const subject = `Fwd: ${fresh("Broken lamp")}`;
    const text = "Please help her.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Carla Reed <carla@customer.example>\r\nDate: Mon, Jun 16, 2025\r\nSubject: Broken lamp\r\nTo: <tilda@tea.example>\r\n\r\nMy lamp is broken.\r\n";
    const { desk, ticketId } = await receiveAndOpen({ server, browser }, "ruth", { subject, text });
    await until("the forwarder in To", async () => (await chips(desk).allInnerTexts()).join().includes("Tilda Brook"));
    await desk.id("mail-take-requester").click();
    // Nobody is writing: the recipients are folded again.
    await until("the author of the forwarded mail in To", async () => (await desk.id("mail-unfold").innerText()).includes("Carla Reed"));
    assert.equal((await ticketOf(admin, ticketId)).requester.name, "Carla Reed");
    await desk.id("mail-take-requester").waitFor({ state: "detached" });
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  });
}

async function log({ suite, server, browser, admin }) {
  await suite.test("a mail that is read again is fetched again by the console that shows it", async () => {
    const subject = fresh("Cracked saucer");
    const { desk } = await receiveAndOpen({ server, browser }, "jonas", { subject, ...html("<p>It is <b>cracked</b>.</p>") });
    await desk.id("mail-frame").first().waitFor();
    let fetches = 0;
    desk.page.on("response", (answer) => {
      if (/\/messages\/\d+\/email$/.test(answer.url())) fetches++;
    });
    const ruth = await openDesk(browser, server, "ruth", "/settings/mails");
    await openLogEntry(ruth, subject);
    await ruth.id("mail-reparse").click();
    await until("the body to be fetched again", () => fetches > 0);
    await desk.id("mail-frame").first().waitFor();
    assert.equal(fetches, 1);
    assert.deepEqual([...desk.faults, ...ruth.faults], []);
    await ruth.leave();
    await desk.leave();
  });

  await suite.test("a blocked sender's mail is held and can be released; without the block the next one is a ticket", async () => {
    const [domain, first, second] = [`pest${process.pid.toString(36)}.example`, fresh("Cheap lids"), fresh("Cheaper lids")];
    const from = `Pest <sales@${domain}>`;
    const desk = await openDesk(browser, server, "ruth", "/settings/blocks");
    await desk.id("block-pattern").fill(`@${domain}`);
    await desk.id("block-add").click();
    const row = desk.id("block-row").filter({ hasText: domain });
    await row.waitFor();
    await receive(server, { from, subject: first, text: "Buy lids." });
    const entry = async (subject) => (await admin.call("GET", "/api/v1/email/mails?limit=50")).items.find((item) => item.subject === subject);
    assert.equal((await until("the mail in the log", () => entry(first))).state, "blocked");
    await openLogEntry(desk, first);
    await desk.id("mail-release").click();
    await until("the ticket of what was released", async () => (await entry(first)).state === "ticket");

    await desk.go("/settings/blocks");
    await row.getByTestId("block-remove").click();
    await desk.id("confirm").click();
    await row.waitFor({ state: "detached" });
    await receive(server, { from, subject: second, text: "Buy more lids." });
    await until("a ticket", async () => (await entry(second))?.state === "ticket");
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  });
}

/** Puts all this on the clipboard, as another program would, and pastes it. */
async function paste(desk, items) {
  await desk.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await desk.page.evaluate(async (given) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 16 });
    canvas.getContext("2d").fillRect(0, 0, 12, 16);
    const picture = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const texts = Object.entries(given).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem({ ...Object.fromEntries(texts), "image/png": picture })]);
  }, items);
  await desk.id("composer-input").click();
  await desk.page.keyboard.press("Control+v");
}

async function composing({ suite, server, browser, admin }) {
  await suite.test("a slash offers templates, and the chosen one stands in the mail with its values", async () => {
    const [subject, shortcut] = [fresh("Teapot lid"), `lid${process.pid.toString(36)}`];
    await admin.call("POST", "/api/v1/templates", { name: `About ${shortcut}`, shortcut, locale: "", text: "Hello {{customer.first_name}},\nthe lid of #{{ticket.number}} is on its way." });
    const { desk, ticketId } = await receiveAndOpen({ server, browser }, "jonas", { subject, text: "Where is my lid?" });
    await desk.page.keyboard.type(`/${shortcut}`);
    await desk.id("template-option").filter({ hasText: shortcut }).waitFor();
    assert.equal(await desk.id("template-option").count(), 1);
    await desk.page.keyboard.press("Enter");
    const { number } = await ticketOf(admin, ticketId);
    await until("the template in the mail", async () => (await written(desk)) === `Hello Tilda, the lid of #${number} is on its way.`);
    await desk.id("template-list").waitFor({ state: "detached" });
    await desk.id("composer-input").fill("");
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  });

  await suite.test("a picture that was copied in a browser is pasted as a picture; cells of a table as text", async () => {
    const { desk } = await receiveAndOpen({ server, browser }, "jonas", { subject: fresh("Which glaze?"), text: "Which one is it?" });
    await paste(desk, { "text/html": '<img src="https://elsewhere.example/glaze.png" alt="Glaze">' });
    const pictures = desk.id("composer-input").locator("img[data-attachment-id]");
    await pictures.first().waitFor();
    await until("the picture to be shown", () => pictures.first().evaluate((image) => image.naturalWidth === 24));
    assert.equal(await desk.id("upload").count(), 0, "it has its place in the text");
    await desk.page.keyboard.press("Control+End");
    await paste(desk, { "text/html": "<table><tr><td>celadon</td><td>1280</td></tr></table>", "text/plain": "celadon\t1280" });
    await until("the cells", async () => /celadon\s+1280/.test(await written(desk)));
    assert.equal(await pictures.count(), 1, "no picture of the cells");
    await desk.id("composer-input").fill("");
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  });
}

async function sending({ suite, server, browser, admin }) {
  await suite.test("a scheduled mail says that it stops when the customer writes, warns when he has, and comes back to be edited", async () => {
    const [subject, original] = [fresh("Out of stock"), `<${Date.now()}.stock@tea.example>`];
    const { desk, ticketId } = await receiveAndOpen({ server, browser }, "jonas", { subject, text: "When is it back?", headers: { "Message-Id": original } });
    await desk.page.keyboard.type("Is it still of use to you?");
    await desk.id("composer-send-more").click();
    await desk.id("composer-send-later").click();
    assert.ok(await desk.id("schedule-stops").isChecked(), "on unless the agent says otherwise");
    await desk.id("schedule-send").click();
    await until("the scheduled mail", async () => /Will be sent .* unless Tilda Brook writes before/.test(await newest(desk).innerText()));
    const scheduled = await lastReply(admin, ticketId);
    assert.equal(scheduled.email.stops_on_reply, true);
    assert.ok(scheduled.delivery.due_at > Date.now() + 3600_000);

    await receive(server, { subject: `Re: ${subject}`, text: "I found one elsewhere.", headers: { "In-Reply-To": original, "Message-Id": `<${Date.now()}.again@tea.example>` } });
    await until("the warning", async () => /has written since/.test(await newest(desk).innerText()));
    await newest(desk).getByTestId("mail-edit").click();
    await until("the text in the composer", async () => (await written(desk)) === "Is it still of use to you?");
    assert.equal((await lastReply(admin, ticketId)).delivery.state, "cancelled");
    await desk.id("composer-input").fill("");
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  });

  await suite.test("send and solve, taken back, gives the ticket its state back", async () => {
    const subject = fresh("Wrong colour");
    const { desk, ticketId } = await receiveAndOpen({ server, browser }, "jonas", { subject, text: "It is green." });
    await admin.call("PATCH", `/api/v1/tickets/${ticketId}`, { state: "on_hold" });
    const state = async () => (await ticketOf(admin, ticketId)).state;
    const header = () => desk.page.getByRole("button", { name: /On hold/ }).first();
    await header().waitFor();
    await desk.page.keyboard.type("Keep it, we refund you.");
    await desk.id("composer-send-more").click();
    await desk.id("composer-send-close").click();
    await until("the ticket to be solved", async () => (await state()) === "solved");
    await newest(desk).getByTestId("mail-undo").click();
    await until("its state from before", async () => (await state()) === "on_hold");
    await header().waitFor();
    await until("the text in the composer", async () => (await written(desk)) === "Keep it, we refund you.");
    await desk.id("composer-input").fill("");
    assert.deepEqual(desk.faults, []);
    await desk.leave();
  });
}

/** A mail server to which some addresses are unknown, some come too early, and which hangs up when a mail for others is handed over. */
class Grumpy {
  static async open() {
    const grumpy = new Grumpy();
    grumpy.sockets = new Set();
    grumpy.server = createServer((socket) => grumpy.talk(socket));
    await new Promise((done) => grumpy.server.listen(0, "127.0.0.1", done));
    grumpy.port = grumpy.server.address().port;
    return grumpy;
  }

  talk(socket) {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.sockets.delete(socket));
    let [rest, isData, hangsUp] = ["", false, false];
    const say = (line) => socket.write(`${line}\r\n`);
    say("220 grumpy.example ESMTP");
    socket.on("data", (chunk) => {
      rest += chunk.toString("latin1");
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (isData) {
          if (line !== ".") continue;
          isData = false;
          if (hangsUp) return socket.destroy();
          say("250 2.0.0 taken");
        } else if (/^EHLO/i.test(line)) say("250 grumpy.example");
        else if (/^RCPT TO:<gone@/i.test(line)) say("550 5.1.1 no such mailbox here");
        else if (/^RCPT TO:<busy@/i.test(line)) say("451 4.7.1 come again later");
        else if (/^DATA/i.test(line)) {
          isData = true;
          say("354 go on");
        } else if (/^QUIT/i.test(line)) {
          say("221 bye");
          socket.end();
        } else {
          if (/^MAIL FROM/i.test(line)) hangsUp = false;
          if (/^RCPT TO:<unsure@/i.test(line)) hangsUp = true;
          say("250 2.0.0 ok");
        }
      }
    });
  }

  async close() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }
}

/** An inbox whose mail goes out by that server. */
async function addInbox(admin, grumpy) {
  const smtp = { host: "127.0.0.1", port: grumpy.port, security: "none", user: "", auth: "password" };
  const email = { address: `desk${Date.now().toString(36)}@grumpy.example`, incoming: "none", outgoing: "smtp", smtp, is_enabled: true };
  return (await admin.call("POST", "/api/v1/email/inboxes", { name: fresh("Grumpy post"), team_id: null, locale: "en", email })).inbox;
}

async function write(admin, inbox, subject, to, more = {}) {
  const [email, ...cc] = to;
  const body = { inbox_id: inbox.id, requester: { email, name: "" }, subject, text: `About ${subject}`, client_id: newKey("mail"), email: { to: [email], cc, ...more } };
  const { ticket, message } = await admin.call("POST", "/api/v1/tickets", body);
  if (!more.send_at) await admin.call("POST", `/api/v1/messages/${message.id}/send`, {});
  return { ticketId: ticket.id, messageId: message.id, delivery: async () => (await lastReply(admin, ticket.id)).delivery };
}

async function failing({ suite, server, browser, admin }) {
  await suite.test("whom a mail did not reach is named, and a new one goes to him alone", async () => {
    const grumpy = await Grumpy.open();
    const inbox = await addInbox(admin, grumpy);
    const mail = await write(admin, inbox, fresh("To two"), ["fine@there.example", "gone@there.example"]);
    await until("the refusal", async () => (await mail.delivery()).failures.length === 1, { within: 30_000 });
    assert.deepEqual((await mail.delivery()).failures.map(({ recipient, status }) => [recipient, status]), [[1, "5.1.1"]]);
    const desk = await openDesk(browser, server, "ruth", `/inbox/all/${mail.ticketId}`);
    const line = desk.id("mail-refusals");
    await line.waitFor();
    const said = await line.innerText();
    assert.match(said, /Not delivered to gone@there\.example: There is no such mailbox\./);
    assert.ok(!said.includes("fine@"), said);
    const event = desk.page.locator('[data-testid=event][data-code="delivery_failed"]');
    await until("the event to name him", async () => /not delivered to gone@there\.example/.test(await event.innerText()));
    await event.getByTestId("event-show-mail").click();
    await until("the mail to be in view", () => desk.page.evaluate((id) => document.activeElement?.getAttribute("data-message-id") === id, String(mail.messageId)));
    await line.getByTestId("mail-put-back").click();
    await until("him alone in the composer", async () => (await chips(desk).allInnerTexts()).join() === "gone@there.example");
    assert.equal(await chips(desk, "mail-cc").count(), 0);
    await desk.id("composer-input").fill("");
    assert.deepEqual(desk.faults, []);
    await desk.leave();
    await grumpy.close();
  }, { within: 90_000 });

  await suite.test("a mail that is tried again and again is stopped, and its text is in the composer", async () => {
    const grumpy = await Grumpy.open();
    const inbox = await addInbox(admin, grumpy);
    const subject = fresh("Too early");
    const mail = await write(admin, inbox, subject, ["busy@there.example"]);
    await until("the first refusal", async () => (await mail.delivery()).attempts > 0 && (await mail.delivery()).state === "pending", { within: 30_000 });
    const desk = await openDesk(browser, server, "ruth", `/inbox/all/${mail.ticketId}`);
    await newest(desk).getByTestId("mail-stop").click();
    await until("the text in the composer", async () => (await written(desk)).includes(`About ${subject}`));
    assert.equal((await mail.delivery()).state, "cancelled");
    await desk.id("composer-input").fill("");
    assert.deepEqual(desk.faults, []);
    await desk.leave();
    await grumpy.close();
  }, { within: 60_000 });

  await suite.test("the outbox: dealt with, arrived, taken back, and sent twice only when that is wanted", async () => {
    const grumpy = await Grumpy.open();
    const inbox = await addInbox(admin, grumpy);
    const gone = await write(admin, inbox, fresh("To nobody"), ["gone@there.example"]);
    const unsure = await write(admin, inbox, fresh("Perhaps"), ["unsure@there.example"]);
    const waiting = await write(admin, inbox, fresh("Next day"), ["fine@there.example"], { send_at: tomorrow() });
    const states = async () => Promise.all([gone, unsure, waiting].map(async (mail) => (await mail.delivery()).state));
    await until("their states", async () => (await states()).join() === "failed,uncertain,pending", { within: 30_000 });

    const desk = await openDesk(browser, server, "ruth", "/settings/outbox");
    const row = async (mail) => {
      const { subject } = await ticketOf(admin, mail.ticketId);
      return desk.id("outbox-row").filter({ hasText: subject });
    };
    const [goneRow, unsureRow, waitingRow] = await Promise.all([gone, unsure, waiting].map(row));
    await goneRow.getByTestId("outbox-settle").click();
    await goneRow.waitFor({ state: "detached" });
    await desk.id("filter-failed").click();
    await until("it to be listed as dealt with", async () => /Dealt with/.test(await goneRow.innerText()));
    assert.equal(await goneRow.getByTestId("outbox-settle").count(), 0);
    await desk.id("filter-all").click();

    await unsureRow.getByTestId("outbox-send").click();
    await desk.page.getByRole("dialog").getByText("may get this mail twice").waitFor();
    await desk.page.keyboard.press("Escape");
    await unsureRow.getByTestId("outbox-arrived").click();
    await unsureRow.waitFor({ state: "detached" });

    await waitingRow.getByTestId("outbox-take-back").click();
    await desk.id("confirm").click();
    await waitingRow.waitFor({ state: "detached" });
    assert.deepEqual(await states(), ["failed", "sent", "cancelled"]);
    assert.deepEqual(desk.faults, []);
    await desk.leave();
    await grumpy.close();
  }, { within: 90_000 });

  await suite.test("in the conversation, too, a mail of unknown fate is sent again only after a warning, or has arrived", async () => {
    const grumpy = await Grumpy.open();
    const inbox = await addInbox(admin, grumpy);
    const mail = await write(admin, inbox, fresh("Who knows"), ["unsure@there.example"]);
    await until("its state", async () => (await mail.delivery()).state === "uncertain", { within: 30_000 });
    const desk = await openDesk(browser, server, "ruth", `/inbox/all/${mail.ticketId}`);
    await newest(desk).getByTestId("mail-again").click();
    await desk.page.getByRole("dialog").getByText("unsure@there.example may get this mail twice").waitFor();
    await desk.page.keyboard.press("Escape");
    assert.equal((await mail.delivery()).state, "uncertain");
    await newest(desk).getByTestId("mail-arrived").click();
    await until("it to be shown as sent", async () => (await newest(desk).getAttribute("data-delivery")) === "sent");
    assert.equal((await mail.delivery()).state, "sent");
    assert.deepEqual(desk.faults, []);
    await desk.leave();
    await grumpy.close();
  }, { within: 90_000 });
}

export async function mailWork({ suite, server, browser }) {
  const all = { suite, server, browser, admin: await agentOf(server, "ruth") };
  await requester(all);
  await log(all);
  await composing(all);
  await sending(all);
  await failing(all);
}
