// Script in every field a stranger or a colleague can fill, shown in the real console and the real widget: nothing runs.
import assert from "node:assert/strict";
import { AgentDesk, Customer, launch, Shop } from "../lib/browser.mjs";
import { Visitor } from "../lib/http.mjs";
import { png } from "../lib/picture.mjs";
import { agentOf, inbox, loginOf } from "../lib/shop.mjs";
import { until } from "../lib/wait.mjs";

const run = "window.__pwned=(window.__pwned||0)+1";
const payloads = {
  markup: `<script>${run}</script><img src=x onerror="${run}"><svg onload="${run}"></svg>`,
  quote: `"'><img src=x onerror=${run}>{{constructor.constructor('${run}')()}}`,
  address: `javascript:${run}// https://example.com/"onmouseover="${run} https://user:pass@evil.example/`,
  direction: "\u202egnp.exe\u202c \u2066abc\u2069 \u200f",
  control: "a\u0000b\u0007c\u001b[31m\u0085\ufeff\u2028\u2029",
  large: `${"Z̸̢̛".repeat(60)}\u{1F468}\u200D\u{1F469}\u200D\u{1F467}`,
};
const everything = Object.values(payloads).join("\n");
const short = `<img src=x onerror="${run}">`;

const detector = `window.__pwned = 0; for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = () => { ${run}; return null; };`;

/** Opens a page that notices anything that runs. */
function watch(person, alarms) {
  person.page.on("dialog", (dialog) => {
    alarms.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  person.page.on("popup", (page) => alarms.push(`popup ${page.url()}`));
  person.page.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (!["127.0.0.1", ""].includes(hostname)) alarms.push(`request to ${request.url()}`);
  });
}

async function check(person, alarms, where) {
  const pwned = await person.page.evaluate(() => window.__pwned ?? "the detector is gone");
  assert.equal(pwned, 0, `${where}: a script ran`);
  assert.deepEqual(alarms, [], where);
  const links = await person.page.evaluate(() => {
    const found = [];
    const visit = (root) => {
      for (const element of root.querySelectorAll("*")) {
        for (const name of ["href", "src", "action", "formaction", "xlink:href"]) {
          const value = element.getAttribute(name);
          if (value && /^\s*(javascript|data:text|vbscript)/i.test(value)) found.push(`${element.tagName} ${name}=${value.slice(0, 60)}`);
        }
        for (const { name } of element.attributes) if (/^on/i.test(name)) found.push(`${element.tagName} ${name}`);
        if (element.shadowRoot) visit(element.shadowRoot);
      }
    };
    visit(document);
    return found;
  });
  assert.deepEqual(links, [], `${where}: a dangerous attribute`);
}

export async function scripts({ suite, desk }) {
  const { server, admin } = desk;
  const { url } = server;
  const jonas = await agentOf(server, "jonas");
  let browser;
  let visitor;
  let ticketId;
  let customerId;

  await suite.test("script in every field is stored as text", async () => {
    visitor = await Visitor.enter(url, inbox.en, { page: { url: `https://example.com/?q=${encodeURIComponent(short)}`, title: payloads.markup.slice(0, 300) } });
    const refusedPage = await Visitor.enter(url, inbox.en, { page: { url: `javascript:${run}`, title: "x" } });
    await refusedPage.begin("from a strange page");
    const upload = async (name, raw, type) => visitor.raw("POST", `/api/v1/widget/uploads?name=${encodeURIComponent(name)}`, { raw, headers: { "content-type": type } });
    const files = [await upload(`"><img src=x onerror=${run}>.png`, png(8, 8), "image/png"), await upload("drawing.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"><script>${run}</script></svg>`, "image/svg+xml"), await upload("page.html", `<script>${run}</script>`, "text/html"), await upload("note.txt", `<script>${run}</script>`, "text/plain")];
    for (const answer of files) assert.ok(answer.status === 201 || answer.status === 400, `${answer.status} ${answer.text.slice(0, 100)}`);
    const attachment_ids = files.filter((answer) => answer.status === 201).map((answer) => answer.body.attachment.id);
    const started = await visitor.begin(everything, { name: payloads.markup.slice(0, 190), email: "x@example.com", attachment_ids });
    ticketId = started.conversation.id;
    for (const text of Object.values(payloads)) await visitor.write(ticketId, text);
    const { ticket } = await admin.call("GET", `/api/v1/tickets/${ticketId}`);
    customerId = ticket.requester.id;
    await admin.call("PATCH", `/api/v1/tickets/${ticketId}`, { subject: payloads.markup.slice(0, 200), tags: [short.slice(0, 40), payloads.direction.slice(0, 30)], custom_fields: { [short.slice(0, 40)]: payloads.markup }, assignee_id: jonas.me.id });
    await admin.call("PATCH", `/api/v1/customers/${customerId}`, { note: everything.slice(0, 4_000), custom_fields: { city: payloads.markup } });
    const team = (await admin.call("GET", "/api/v1/teams")).items[0];
    await admin.call("PATCH", `/api/v1/teams/${team.id}`, { name: `${team.name} ${short}`.slice(0, 100) });
    const box = (await admin.call("GET", "/api/v1/inboxes")).items.find((one) => one.key === inbox.en);
    await admin.call("PATCH", `/api/v1/inboxes/${box.id}`, { greeting: payloads.markup, name: `Store ${short}`.slice(0, 100) });
    await jonas.call("PATCH", "/api/v1/me", { name: `Jonas ${short}` });
    await jonas.call("POST", "/api/v1/me/tokens", { name: short });
    await jonas.reply(ticketId, everything);
    for (const text of Object.values(payloads)) await jonas.reply(ticketId, text);
    await jonas.note(ticketId, everything);
    await jonas.call("PUT", `/api/v1/tickets/${ticketId}/draft`, { kind: "reply", text: everything });
    const messages = await admin.messages(ticketId);
    assert.ok(messages.some((message) => message.text.includes("<script>")), "text is kept as it was written, not mangled");
    assert.ok(!messages.some((message) => message.text.includes("\u0000")), "NUL is dropped");
    browser = await launch();
  });
  if (!browser) return;

  await suite.test("the console shows it and runs nothing", async () => {
    const alarms = [];
    const agent = await AgentDesk.sit(browser, { init: detector });
    watch(agent, alarms);
    await agent.enter(url, loginOf(server, "ruth"));
    await agent.openTicket(ticketId);
    await agent.id("customer-panel").waitFor();
    await check(agent, alarms, "conversation");
    for (const message of await agent.id("message").all()) await message.hover();
    for (const picture of await agent.id("conversation").locator("img").all()) {
      await picture.scrollIntoViewIfNeeded();
      await until("the picture to be loaded", () => picture.evaluate((image) => image.complete));
    }
    await check(agent, alarms, "conversation under the pointer");
    await agent.id("more-menu").click();
    await agent.page.getByRole("menuitem").nth(1).click();
    await agent.id("history").waitFor();
    await check(agent, alarms, "history");
    await agent.page.keyboard.press("Escape");
    await agent.page.keyboard.press("Control+k");
    await agent.id("palette-input").fill("<img");
    await agent.id("palette-item").first().waitFor();
    await check(agent, alarms, "palette");
    for (const path of ["/inbox/all", "/inbox/open?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "/customers", `/customers/${customerId}`, "/settings/agents", "/settings/teams", "/settings/inboxes", "/settings/audit", "/settings/profile", "/inbox/javascript:alert(1)", "/%3Cscript%3Ealert(1)%3C/script%3E"]) {
      await agent.go(path);
      await until("the page to settle", async () => (await agent.page.locator('main#main [aria-busy="true"]').count()) === 0);
      await check(agent, alarms, path);
    }
    // The agent whose own name, token and draft carry it.
    const own = await AgentDesk.sit(browser, { init: detector });
    watch(own, alarms);
    await own.enter(url, loginOf(server, "jonas"));
    await own.openTicket(ticketId);
    await until("the draft", async () => (await own.id("composer-input").inputValue()).includes("<script>"));
    await check(own, alarms, "own draft");
    await own.go("/settings/security");
    await own.page.getByText("onerror").first().waitFor();
    await check(own, alarms, "own tokens");
    await agent.leave();
    await own.leave();
  }, { within: 90_000 });

  await suite.test("the widget shows it and runs nothing in the shop's page", async () => {
    const alarms = [];
    const shop = await Shop.open(url, inbox.en);
    const init = `${detector} localStorage.getItem("parley:${inbox.en}:visitor") ?? 0;`;
    const customer = await Customer.sit(browser, { init });
    watch(customer, alarms);
    await customer.visit(shop.url);
    await customer.openChat();
    await customer.id("start-chat").waitFor();
    await until("the greeting with the script", async () => (await customer.id("panel").innerText()).includes("<script>"));
    await check(customer, alarms, "home");
    await customer.begin({ name: short, email: "w@example.com" });
    await customer.write(payloads.markup);
    await customer.write(payloads.address);
    await customer.allSent();
    const [ticket] = (await admin.call("GET", "/api/v1/tickets?view=open&sort=created&limit=1")).items;
    assert.equal(ticket.requester.name.includes("<img"), true);
    await admin.call("PATCH", `/api/v1/tickets/${ticket.id}`, { assignee_id: jonas.me.id });
    await jonas.reply(ticket.id, everything);
    await customer.sees("gnp.exe");
    for (const message of await customer.id("message").all()) await message.hover();
    await check(customer, alarms, "conversation");
    await jonas.call("PATCH", `/api/v1/tickets/${ticket.id}`, { state: "solved" });
    await customer.id("rating").waitFor();
    await check(customer, alarms, "rating");
    await customer.leave();
    await shop.close();
  });

  await suite.test("opening an uploaded file runs nothing either", async () => {
    const alarms = [];
    const { items } = await visitor.call("GET", `/api/v1/widget/conversations/${ticketId}/messages`);
    const files = items.flatMap((message) => message.attachments);
    assert.ok(files.length >= 2);
    const reader = await Customer.sit(browser, { init: detector });
    watch(reader, alarms);
    for (const file of files) {
      const answer = await visitor.raw("GET", file.url);
      assert.equal(answer.headers["x-content-type-options"], "nosniff", file.name);
      assert.match(answer.headers["content-security-policy"], /sandbox/, file.name);
      if (!file.content_type.startsWith("image/")) assert.match(answer.headers["content-disposition"], /^attachment/, file.name);
      assert.ok(!/svg|html|xml/.test(file.content_type), `${file.name} is served as ${file.content_type}`);
      // Seen in a page of ours, in a frame and in a tab of its own.
      await reader.page.goto(`${url}/healthz`);
      await reader.page.evaluate((address) => {
        for (const tag of ["img", "iframe", "object"]) {
          const element = document.createElement(tag);
          element[tag === "object" ? "data" : "src"] = address;
          document.body.append(element);
        }
      }, file.url);
      await reader.page.goto(url + file.url).catch(() => undefined); // a download is no navigation
      for (const frame of reader.page.frames()) assert.ok(!(await frame.evaluate(() => window.__pwned).catch(() => 0)), `${file.name} ran`);
    }
    await reader.leave();
    const spoof = await visitor.raw("POST", `/api/v1/widget/uploads?name=${encodeURIComponent("photo\u202egnp.exe")}`, { raw: "MZ", headers: { "content-type": "image/png" } });
    assert.equal(spoof.status, 400, "a program in disguise is refused");
    const other = await visitor.raw("POST", `/api/v1/widget/uploads?name=${encodeURIComponent("invoice\u202efdp.docm")}`, { raw: "x", headers: { "content-type": "image/png" } });
    if (other.status === 201) assert.doesNotMatch(other.body.attachment.name, /[\u202a-\u202e\u2066-\u2069]/, "a file name cannot hide its ending behind direction marks");
  });
  await browser.close();
}
