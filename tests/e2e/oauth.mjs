// A mailbox whose provider takes no passwords: the administrator signs in there in a window of its own.
import assert from "node:assert/strict";
import { AgentDesk } from "../lib/browser.mjs";
import { agentOf } from "../lib/shop.mjs";
import { until } from "../lib/wait.mjs";
import { OAuthProvider } from "./oauth-provider.mjs";

let serial = 0;
const field = (desk, label) => desk.page.locator("main#main").getByLabel(label, { exact: true });
const stateOf = (desk, kind) => desk.id(`${kind}-sign-in-state`).getAttribute("data-state");
const becomes = (desk, kind, state) => until(`${kind} to be ${state}`, async () => (await stateOf(desk, kind)) === state);

async function fillPlace(desk, kind, port, user) {
  await desk.page.locator(`input[type=radio][value=${kind}]`).check({ force: true });
  await desk.id(`${kind}-host`).fill("127.0.0.1");
  await field(desk, "Encryption").selectOption("none");
  await field(desk, "Port").fill(String(port));
  await field(desk, "User name").fill(user);
}

async function fillClient(desk, provider) {
  await desk.id("imap-auth").selectOption("oauth");
  await desk.id("imap-client-id").fill(provider.client.id);
  await desk.id("imap-client-secret").fill(provider.client.secret);
  await desk.id("imap-authorize-url").fill(`${provider.url}/authorize?prompt=consent`);
  await desk.id("imap-token-url").fill(`${provider.url}/token`);
  await desk.id("imap-scope").fill(provider.scope);
}

/** Presses the button and hands back the window it opens, at the provider's page. */
async function signIn(desk, kind, address) {
  const [popup] = await Promise.all([desk.context.waitForEvent("page"), desk.id(`${kind}-sign-in`).click()]);
  await popup.getByRole("heading", { name: address }).waitFor();
  assert.equal(await popup.evaluate(() => window.opener), null, "the provider has no hold on the console");
  return popup;
}

export async function oauth({ suite, server, browser }) {
  const admin = await agentOf(server, "ruth");
  await suite.test("an administrator signs a mailbox in at its provider, once for both ways, and it stays signed in", async () => {
    const provider = await OAuthProvider.open({ redirect: `${server.url}/api/v1/email/oauth/callback` });
    const desk = await AgentDesk.sit(browser);
    try {
      await signInInWizard({ desk, provider, server, admin });
      assert.deepEqual(provider.complaints, []);
      assert.deepEqual(desk.faults, []);
      await desk.leave();
    } finally {
      await provider.close();
    }
  }, { within: 120_000 });
}

async function signInInWizard({ desk, provider, server, admin }) {
  const address = `help${++serial}@harbour-oauth.example`;
  await desk.arrive(server.url, admin, "/settings/inboxes");
  await desk.id("inbox-new").click();
  await desk.id("inbox-new-email").click();
  await desk.id("wizard-name").fill("Harbour by OAuth");
  await desk.id("wizard-address").fill(address);
  await desk.id("wizard-next").click();

  await fillPlace(desk, "imap", provider.imapPort, address);
  await fillClient(desk, provider);
  await desk.page.getByText(provider.redirect, { exact: true }).waitFor();
  assert.equal(await stateOf(desk, "imap"), "none");
  await desk.id("wizard-next").click();
  await desk.page.getByText("Sign in first").waitFor();

  provider.cutsOff = true;
  const refused = await signIn(desk, "imap", address);
  await becomes(desk, "imap", "waiting");
  await refused.getByRole("link", { name: "Refuse" }).click();
  await desk.page.getByText(/^Signing in failed/).waitFor();
  await refused.close();

  provider.cutsOff = false;
  const allowed = await signIn(desk, "imap", address);
  await Promise.all([allowed.waitForEvent("close"), allowed.getByRole("link", { name: "Allow" }).click()]);
  await becomes(desk, "imap", "granted");
  assert.equal(provider.signIns.length, 2);
  assert.notEqual(provider.signIns[0].state, provider.signIns[1].state);
  await desk.id("wizard-next").click();

  await fillPlace(desk, "smtp", provider.smtpPort, address);
  assert.equal(await desk.id("smtp-auth").inputValue(), "oauth", "the way out logs in as the way in");
  assert.equal(await desk.id("smtp-shared").isChecked(), true);
  assert.equal(await desk.id("smtp-sign-in").count(), 0, "nobody signs in twice");
  await desk.id("wizard-next").click();
  for (const kind of ["imap", "smtp"]) await desk.id(`check-${kind}`).getByText("Works").first().waitFor();
  await desk.id("wizard-next").click();
  await desk.id("wizard-done").click();
  await desk.id("email-health").waitFor();
  await staysSignedIn({ desk, provider, admin, address });
}

async function staysSignedIn({ desk, provider, admin, address }) {
  const saved = async () => (await admin.call("GET", "/api/v1/email/inboxes")).items.find((item) => item.address === address);
  const inbox = await saved();
  const client = { token_url: `${provider.url}/token`, client_id: provider.client.id, has_client_secret: true, scope: provider.scope };
  for (const kind of ["imap", "smtp"]) {
    assert.equal(inbox[kind].auth, "xoauth2");
    assert.equal(inbox[kind].has_secret, true);
    assert.deepEqual(inbox[kind].oauth, client);
  }
  const told = JSON.stringify(inbox) + desk.heard.join("\n");
  for (const secret of [provider.client.secret, ...provider.refreshTokens, ...provider.accessTokens]) assert.ok(!told.includes(secret), "no secret comes back");

  // The reader of the mailbox logs in by itself, with what the sign-in left behind.
  const logIns = () => provider.welcomed.filter((one) => one.server === "imap" && one.user === address).length;
  await until("the mailbox to be read", () => logIns() >= 2, { within: 30_000 });

  await desk.id("tab-incoming").click();
  await becomes(desk, "imap", "stored");
  await desk.id("imap-sign-in").filter({ hasText: "Sign in again" }).waitFor();
  await desk.id("check-imap-run").click();
  await desk.id("check-imap").getByText("Works").first().waitFor();
  await desk.id("tab-outgoing").click();
  assert.equal(await desk.id("smtp-shared").isChecked(), true);
  await desk.id("email-save").click();
  await desk.page.getByText("Saved. In effect now.").waitFor();
  assert.deepEqual((await saved()).smtp.oauth, client, "saving without a change changes nothing");
  assert.equal((await saved()).imap.has_secret, true);

  // Another client is another sign-in: what is stored does not count for it.
  await desk.id("tab-incoming").click();
  await desk.id("imap-client-id").fill("somebody else");
  await becomes(desk, "imap", "none");
  await desk.id("imap-client-id").fill(provider.client.id);
  await becomes(desk, "imap", "stored");

  await desk.id("email-enabled").click();
  await until("the inbox to be off", async () => !(await saved()).is_enabled);
}
