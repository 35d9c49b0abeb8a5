// What every screen must hold: both languages complete, no serious finding of axe, and a picture of it for the eye.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AgentDesk, axe, Customer, Shop } from "../lib/browser.mjs";
import { root } from "../lib/server.mjs";
import { agentOf, conversationOf, inbox, loginOf } from "../lib/shop.mjs";
import { until } from "../lib/wait.mjs";
import { mailScreens, mailTicket } from "./mail-screens.mjs";

export const pictures = join(root, "tests/e2e/screenshots");

function leaves(words, path = "") {
  return Object.entries(words).flatMap(([name, value]) => (typeof value === "string" ? [[`${path}${name}`, value]] : leaves(value, `${path}${name}.`)));
}

/** Labels of the English console that are not also in the Chinese one. */
function englishLabels() {
  const file = (name) => JSON.parse(readFileSync(join(root, `web/apps/console/src/i18n/locales/${name}.json`), "utf8"));
  const read = (language) => ({ ...file(language), ...file(`mail.${language}`) });
  const same = new Set(leaves(read("zh")).map(([, value]) => value));
  return new Set(leaves(read("en")).filter(([key]) => !key.includes(".sample_")).map(([, value]) => value).filter((value) => /[A-Za-z]{3}/.test(value) && !value.includes("{{") && !same.has(value)));
}

function englishWidgetLabels() {
  const source = readFileSync(join(root, "web/apps/widget/src/panel/words.ts"), "utf8");
  const english = source.slice(source.indexOf("const en"), source.indexOf("const zh"));
  return new Set([...english.matchAll(/: "([^"]+)"/g)].map(([, value]) => value).filter((value) => /[A-Za-z]{3}/.test(value)));
}

/** Every text and label a person meets, without what people wrote. */
function collectLabels(person) {
  return person.page.evaluate(() => {
    const found = [];
    const visit = (root) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node instanceof Text) {
          const tag = node.parentElement?.tagName;
          if (node.data.trim() && tag !== "SCRIPT" && tag !== "STYLE") found.push(node.data.trim());
          continue;
        }
        for (const name of ["aria-label", "placeholder", "title", "alt"]) {
          const value = node.getAttribute(name);
          if (value?.trim()) found.push(value.trim());
        }
        if (node.shadowRoot) visit(node.shadowRoot);
      }
    };
    visit(document.body);
    found.push(document.title);
    return found;
  });
}

const MOJIBAKE = /\uFFFD|Ã[\u0080-\u00BF©¤¼¶]|â€|å[\u0080-\u00BF]|æ[\u0080-\u00BF]|ç[\u0080-\u00BF]|\\u[0-9a-f]{4}/;

async function speaksChinese(person, english, where) {
  const labels = await collectLabels(person);
  assert.ok(labels.some((label) => /[\u4e00-\u9fff]/.test(label)), `${where}: there is Chinese`);
  const left = [...new Set(labels.filter((label) => english.has(label)))];
  assert.deepEqual(left, [], `${where}: English labels left`);
  assert.deepEqual(labels.filter((label) => MOJIBAKE.test(label)), [], `${where}: broken characters`);
}

/** The screens of the console: name and the way there. */
function screens(ticketId, customerId, mailId) {
  return [
    ["inbox", (agent) => agent.openTicket(ticketId)],
    ["customers", async (agent) => {
      await agent.go(`/customers/${customerId}`);
      await agent.id("customer-name").waitFor();
      if (agent.page.viewportSize().width > 700) await agent.id("customer-row").first().waitFor({ timeout: 8_000 });
    }],
    ["profile", (agent) => settings(agent, "profile", "language-select")],
    ["shortcuts", (agent) => settings(agent, "shortcuts")],
    ["security", (agent) => settings(agent, "security", "totp-start")],
    ["agents", (agent) => settings(agent, "agents", "agent-row")],
    ["teams", (agent) => settings(agent, "teams", "team-card")],
    ["inboxes", (agent) => settings(agent, "inboxes")],
    ["audit", (agent) => settings(agent, "audit")],
    ...mailScreens(mailId, settings),
  ];
}

async function settings(agent, section, mark = null) {
  await agent.go(`/settings/${section}`);
  if (mark) await agent.id(mark).first().waitFor();
  await agent.page.locator("main#main h1, main#main h2").first().waitFor();
  await until("the page to be loaded", async () => (await agent.page.locator('main#main [aria-busy="true"]').count()) === 0);
}

const combinations = [
  { name: "1440-en-light", width: 1440, height: 900, language: "en", dark: false },
  { name: "1440-zh-dark", width: 1440, height: 900, language: "zh-CN", dark: true },
  { name: "375-en-light", width: 375, height: 812, language: "en", dark: false },
  { name: "375-zh-dark", width: 375, height: 812, language: "zh-CN", dark: true },
];

/** The console in a language and theme of its own, kept in this browser as the settings page would. */
async function sitAt(browser, { width, height, language, dark }) {
  const init = `localStorage.getItem("parley.preferences") ?? localStorage.setItem("parley.preferences", ${JSON.stringify(JSON.stringify({ theme: dark ? "dark" : "light", language }))})`;
  return AgentDesk.sit(browser, { locale: language === "en" ? "en-GB" : "zh-CN", width, height, dark, init });
}

async function customerAt(browser, shop, { width, height, language, dark }) {
  const customer = await Customer.sit(browser, { locale: language === "en" ? "en-GB" : "zh-CN", width, height, dark });
  await customer.visit(`${shop.url}/?lang=${language}&theme=${dark ? "dark" : "light"}`);
  return customer;
}

export async function looks({ suite, server, browser }) {
  mkdirSync(pictures, { recursive: true });
  const admin = await agentOf(server, "ruth");
  const jonas = await agentOf(server, "jonas");
  const shop = await Shop.open(server.url, inbox.en);
  const shopZh = await Shop.open(server.url, inbox.zh);
  const { id: ticketId } = await conversationOf(server, jonas, admin, "The lamp flickers. What can I do?");
  await jonas.reply(ticketId, "Please try another bulb first. https://example.com/bulbs");
  await jonas.note(ticketId, "Known batch problem, order 4471");
  const customerId = (await admin.call("GET", "/api/v1/tickets?view=all&limit=200")).items.find((item) => item.requester.is_verified).requester.id;
  const { id: ticketZh } = await conversationOf(server, jonas, admin, "台灯一直闪，怎么办？");
  await jonas.reply(ticketZh, "请先换一个灯泡试试：https://example.com/bulbs");
  await jonas.note(ticketZh, "已知批次问题，订单 4471");
  const page = screens(ticketId, customerId, await mailTicket(admin, "en"));
  const pageZh = screens(ticketZh, customerId, await mailTicket(admin, "zh-CN"));

  await suite.test("the console in Chinese leaves no English and breaks no character", async () => {
    const english = englishLabels();
    const agent = await AgentDesk.sit(browser);
    await agent.page.goto(`${server.url}/console/`);
    await agent.id("login-email").waitFor();
    await agent.page.getByRole("button", { name: "简体中文" }).click();
    await agent.page.getByRole("button", { name: "English" }).waitFor();
    await speaksChinese(agent, english, "log-in");
    await agent.logIn(loginOf(server, "ruth").email, loginOf(server, "ruth").password);
    await agent.page.locator("main#main").waitFor();
    agent.base = server.url;
    // The language belongs to the account: set it where a person would.
    await settings(agent, "profile", "language-select");
    await agent.id("language-select").locator("select").or(agent.id("language-select")).last().selectOption("zh-CN");
    await until("the language to change", async () => (await agent.page.evaluate(() => document.documentElement.lang)) === "zh-CN");
    const findings = [];
    for (const [name, visit] of page) {
      await visit(agent)
        .then(() => speaksChinese(agent, english, name))
        .catch((error) => findings.push(error.message));
    }
    await agent.openTicket(ticketId);
    await agent.page.keyboard.press("Control+k");
    await agent.id("palette-input").waitFor();
    await speaksChinese(agent, english, "palette");
    await agent.page.keyboard.press("Escape");
    await settings(agent, "profile", "language-select");
    await agent.id("language-select").locator("select").or(agent.id("language-select")).last().selectOption("en");
    await until("the language to change back", async () => (await agent.page.evaluate(() => document.documentElement.lang)) === "en");
    await agent.leave();
    assert.deepEqual(findings, []);
  }, { within: 180_000 });

  await suite.test("the widget in Chinese leaves no English and breaks no character", async () => {
    const english = englishWidgetLabels();
    const customer = await customerAt(browser, shopZh, { width: 1280, height: 800, language: "zh-CN", dark: false });
    await customer.openChat();
    await customer.id("start-chat").waitFor();
    await until("the greeting", async () => (await customer.id("panel").innerText()).includes("潮木"));
    await speaksChinese(customer, english, "home");
    await customer.id("start-chat").click();
    await customer.id("prechat-submit").waitFor();
    await speaksChinese(customer, english, "form");
    await customer.id("prechat-name").fill("刘洋");
    await customer.id("prechat-submit").click();
    await customer.id("composer-input").waitFor();
    await customer.write("请问快递到哪里了？");
    await customer.allSent();
    await customer.id("queue-card").or(customer.id("message")).first().waitFor();
    await speaksChinese(customer, english, "conversation");
    const [ticket] = (await admin.call("GET", "/api/v1/tickets?view=open&sort=created&limit=1")).items;
    assert.equal(ticket.last_message.text, "请问快递到哪里了？");
    assert.equal(ticket.requester.name, "刘洋");
    await customer.leave();
  });

  for (const combination of combinations) {
    await suite.test(`every screen: axe finds nothing serious, nothing spills, picture taken: ${combination.name}`, async () => {
      const findings = [];
      const look = async (name, person, visit) => {
        try {
          await visit?.();
          findings.push(...(await axe(person.page)).map((line) => `${name}: ${line}`));
          const spill = await person.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (spill > 0) findings.push(`${name}: ${spill} px wider than the window`);
        } catch (error) {
          findings.push(`${name}: ${error.message.split("\n")[0]}`);
        }
        await person.page.screenshot({ path: join(pictures, `${name}-${combination.name}.png`) });
      };
      const agent = await sitAt(browser, combination);
      await look("login", agent, async () => {
        await agent.page.goto(`${server.url}/console/`);
        await agent.id("login-email").waitFor();
      });
      await admin.call("PATCH", "/api/v1/me", { locale: combination.language });  // the language belongs to the account
      await agent.arrive(server.url, admin);
      await until("the console in this language", async () => (await agent.page.evaluate(() => document.documentElement.lang)) === combination.language);
      const background = await agent.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const [red] = background.match(/\d+(\.\d+)?/g).map(Number);
      assert.equal(red < 100 || background === "rgba(0, 0, 0, 0)", combination.dark, `the theme is the one asked for (${background})`);
      await look("inbox-list", agent, async () => {
        await agent.go("/inbox/open");
        await agent.id("ticket-row").first().waitFor();
      });
      const screen = combination.language === "en" ? page : pageZh;
      for (const [name, visit] of screen) await look(name, agent, () => visit(agent));
      await admin.call("PATCH", "/api/v1/me", { locale: "en" });
      await agent.leave();

      const customer = await customerAt(browser, combination.language === "en" ? shop : shopZh, combination);
      await look("widget-home", customer, async () => {
        await customer.openChat();
        await customer.id("start-chat").waitFor();
      });
      await look("widget-form", customer, async () => {
        await customer.id("start-chat").click();
        await customer.id("prechat-submit").waitFor();
      });
      await look("widget-conversation", customer, async () => {
        await customer.id("prechat-name").fill("Axel");
        if (await customer.id("prechat-email").isVisible()) await customer.id("prechat-email").fill("axel@example.com");
        await customer.id("prechat-submit").click();
        await customer.id("composer-input").waitFor();
        await customer.write(combination.language === "en" ? "Do you ship to Norway?" : "可以寄到挪威吗？");
        await customer.allSent();
      });
      await customer.leave();
      const demo = await Customer.sit(browser, { width: combination.width, height: combination.height, dark: combination.dark, locale: combination.language });
      await demo.visit(`${server.url}/demo${combination.language === "en" ? "" : "?lang=zh"}`);
      await demo.page.screenshot({ path: join(pictures, `demo-${combination.name}.png`) });
      await look("demo-mailbox", demo, async () => {
        await demo.page.goto(`${server.url}/demo/mailbox${combination.language === "en" ? "" : "?lang=zh"}`);
        await demo.id("mailbox-row").first().waitFor();
      });
      await look("demo-mail", demo, async () => {
        await demo.id("mailbox-row").first().click();
        await demo.id("mailbox-reply").waitFor();
      });
      await demo.leave();
      assert.deepEqual(findings, []);
    }, { within: 240_000 });
  }
  await shop.close();
  await shopZh.close();
}
