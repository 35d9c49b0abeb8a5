// Chromium, and the two applications as a person uses them.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./server.mjs";
import { until } from "./wait.mjs";

const fromWeb = createRequire(join(root, "web/package.json"));

let chromium = null;
export async function launch() {
  chromium ??= fromWeb("playwright-core").chromium;
  const executablePath = process.env.PARLEY_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) throw new Error(`there is no Chromium at ${executablePath}`);
  return chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

let axeSource = null;
/** Serious and critical findings of axe, one line each. */
export async function axe(page, { scope = null } = {}) {
  axeSource ??= readFileSync(fromWeb.resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async (selector) => {
    const result = await globalThis.axe.run(selector ?? document, { resultTypes: ["violations"] });
    return result.violations.map((v) => ({ id: v.id, impact: v.impact, nodes: v.nodes.map((n) => `${n.target.flat().join(" ")} ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`) }));
  }, scope);
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => v.nodes.slice(0, 3).map((node) => `${v.impact} ${v.id}: ${node.slice(0, 220)}`));
}

const open = new Set();

/** A person's browser: own cookies, own storage, own network. Keeps what went wrong in it. */
export class Person {
  static async sit(browser, { locale = "en-GB", width = 1440, height = 900, dark = false, still = true, init = null } = {}) {
    const context = await browser.newContext({
      locale,
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      reducedMotion: still ? "reduce" : "no-preference",
      timezoneId: "Europe/London",
    });
    context.setDefaultTimeout(20_000);
    if (init) await context.addInitScript(init);
    const page = await context.newPage();
    const person = new this(context, page);
    open.add(person);
    return person;
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.errors = []; // exceptions and console errors
    this.heard = []; // everything the server told this page, as text
    page.on("pageerror", (error) => this.errors.push(`exception: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => this.heard.push(String(payload))));
    page.on("response", async (response) => {
      if (!response.url().includes("/api/")) return;
      try {
        this.heard.push(await response.text());
      } catch {
        // The page went away before the body came.
      }
    });
  }

  id(name) {
    return this.page.getByTestId(name);
  }

  /** Errors but those of a network that was cut on purpose, and the question who is logged in, asked before somebody is. */
  get faults() {
    return this.errors.filter((line) => !/ERR_(CONNECTION|INTERNET|NETWORK|SOCKET|EMPTY)|WebSocket connection to|Failed to load resource: net::|status of 503|401 \(Unauthorized\) \S+\/api\/v1\/me$/.test(line));
  }

  texts() {
    return this.id("message").allInnerTexts();
  }

  /** The words like c01, a02 in the order the person sees them, each as often as it is shown. */
  async marks(pattern = /\b[a-z]\d\d\b/g) {
    const texts = await this.texts();
    return texts.flatMap((text) => text.match(pattern) ?? []);
  }

  async sees(text, options) {
    await until(`“${text}” to be shown`, async () => (await this.texts()).some((shown) => shown.includes(text)), options);
  }

  async leave() {
    open.delete(this);
    await this.context.close();
  }
}

export class AgentDesk extends Person {
  async enter(base, { email, password }, { path = "/console/" } = {}) {
    this.base = base;
    await this.page.goto(base + path);
    await this.logIn(email, password);
    await this.id("login-submit").waitFor({ state: "detached" });
    await this.page.locator("main#main").waitFor();
    return this;
  }

  /** Comes with a session that was opened before, straight to a page. */
  async arrive(base, session, path = "/") {
    const [name, value] = session.cookie.split("=");
    await this.context.addCookies([{ name, value, url: base, httpOnly: true, sameSite: "Strict" }]);
    this.base = base;
    await this.go(path);
    return this;
  }

  async logIn(email, password) {
    await this.id("login-email").fill(email);
    await this.id("login-password").fill(password);
    await this.id("login-submit").click();
  }

  async go(path) {
    await this.page.goto(`${this.base}/console${path}`);
    await this.page.locator("main#main").waitFor();
  }

  async openTicket(ticketId, view = "open") {
    await this.go(`/inbox/${view}/${ticketId}`);
    await this.conversation(ticketId);
  }

  async conversation(ticketId) {
    await this.page.locator(`[data-testid=conversation][data-ticket-id="${ticketId}"]`).waitFor({ state: "attached" });
    await this.id("message").first().waitFor();
  }

  async live() {
    await this.page.locator('[data-testid=connection-state][data-state="live"]').waitFor({ state: "attached" });
  }

  async accept() {
    await this.id("offer-accept").click();
    await this.id("composer-input").waitFor();
  }

  async write(text) {
    await this.id("composer-reply").click();
    await this.id("composer-input").fill(text);
  }

  async reply(text) {
    await this.write(text);
    await this.id("composer-input").press("Control+Enter");
  }

  async note(text) {
    await this.id("composer-note").click();
    await this.id("composer-input").fill(text);
    await this.id("composer-send").click();
  }

  message(text) {
    return this.id("message").filter({ hasText: text });
  }
}

export class Customer extends Person {
  async visit(address) {
    await this.page.goto(address);
    await this.id("launcher").waitFor();
    return this;
  }

  async openChat() {
    await this.id("launcher").click();
    await this.id("panel").waitFor();
  }

  /** From the home screen to the composer. */
  async begin({ name = "Nora Field", email = "nora@example.com" } = {}) {
    await this.id("start-chat").click();
    await this.id("prechat-submit").or(this.id("composer-input")).first().waitFor();
    if (await this.id("prechat-submit").isVisible()) {
      if (await this.id("prechat-name").isVisible()) await this.id("prechat-name").fill(name);
      if (await this.id("prechat-email").isVisible()) await this.id("prechat-email").fill(email);
      await this.id("prechat-submit").click();
    }
    await this.id("composer-input").waitFor();
  }

  async write(text) {
    await this.id("composer-input").fill(text);
    await this.id("composer-input").press("Enter");
  }

  message(text) {
    return this.id("message").filter({ hasText: text });
  }

  /** Waits until every message of the customer's own is confirmed. */
  async allSent(options) {
    await until("all of the customer's messages to be sent", async () => (await this.page.locator('[data-testid=message][data-delivery="sending"], [data-testid=message][data-delivery="failed"]').count()) === 0, options);
  }
}

/** A shop on another origin than the desk, with the one line every shop pastes. */
export class Shop {
  static async open(desk, inboxKey, attributes = {}) {
    const shop = new Shop();
    const tag = Object.entries({ "data-inbox": inboxKey, ...attributes }).map(([name, value]) => `${name}="${value}"`).join(" ");
    shop.page = (address) => {
      const lang = new URL(address, "http://shop").searchParams.get("lang") ?? "en";
      const theme = new URL(address, "http://shop").searchParams.get("theme");
      return `<!doctype html><html lang="${lang}"${theme ? ` data-theme="${theme}"` : ""}><head><meta charset="utf-8"><title>Test shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>A shop of its own</h1><p>Kettles.</p></main>
<script async src="${desk}/widget.js" ${tag}></script></body></html>`;
    };
    shop.server = createServer((request, answer) => {
      answer.setHeader("content-type", "text/html; charset=utf-8");
      answer.end(request.url === "/favicon.ico" ? "" : shop.page(request.url));
    });
    await new Promise((done) => shop.server.listen(0, "127.0.0.1", done));
    shop.url = `http://127.0.0.1:${shop.server.address().port}`;
    return shop;
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** Closes what tests left open. */
export async function leaveAll() {
  for (const person of [...open]) await person.leave().catch(() => undefined);
}

/** Pictures of every open page, for whoever looks into a failure. */
export async function photograph(directory) {
  let serial = 0;
  for (const person of open) await person.page.screenshot({ path: join(directory, `failure-${++serial}.png`) }).catch(() => undefined);
}
export const present = () => [...open];
