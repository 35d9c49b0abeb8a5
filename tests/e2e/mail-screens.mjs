// The screens of e-mail, for the suite that looks at every screen.
import { until } from "../lib/wait.mjs";

/** A ticket of the demo with a formatted mail, its quoted history and other recipients, in one language. */
export async function mailTicket(agent, language) {
  const subject = language === "en" ? "Trade enquiry" : "下月茶会";
  const { items } = await agent.call("GET", `/api/v1/tickets?view=all&q=${encodeURIComponent(subject)}`);
  return items.find((ticket) => ticket.channel === "email").id;
}

async function openComposer(agent, ticketId) {
  await agent.openTicket(ticketId);
  await agent.id("mail-unfold").click();
  await agent.id("mail-signature").waitFor();
  await agent.id("composer-input").click();
  await agent.page.keyboard.type("/");
  await agent.id("template-option").first().waitFor();
}

async function openInbox(agent, settings) {
  await settings(agent, "inboxes", "inbox-choose");
  await agent.page.locator("[data-testid=inbox-choose]").filter({ hasText: /Support mail/ }).click();
  await agent.id("email-inbox-form").waitFor();
}

/** `settings` goes to a page of the settings and waits for a mark on it. */
export function mailScreens(ticketId, settings) {
  return [
    ["mail", async (agent) => {
      await agent.openTicket(ticketId);
      await agent.page.locator("iframe").first().waitFor();
      await agent.id("mail-quoted-toggle").first().click();
      await agent.id("mail-quoted").first().waitFor();
    }],
    ["mail-composer", (agent) => openComposer(agent, ticketId)],
    ["mail-new", async (agent) => {
      await agent.page.keyboard.press("Escape");
      await agent.id("composer-input").fill("");
      await until("the draft to be gone", async () => (await agent.id("template-list").count()) === 0);
      await agent.go("/inbox/open");
      await agent.id("new-mail").click();
      await agent.id("new-mail-text").waitFor();
    }],
    ["email-log", (agent) => settings(agent, "mails", "mail-row")],
    ["email-outbox", (agent) => settings(agent, "outbox", "filter-all")],
    ["email-blocks", (agent) => settings(agent, "blocks", "block-pattern")],
    ["email-templates", (agent) => settings(agent, "templates", "template-row")],
    ["own-signature", (agent) => settings(agent, "signature", "own-signature")],
    ["email-inbox", (agent) => openInbox(agent, settings)],
    ["email-inbox-in", (agent) => agent.id("tab-incoming").click()],
    ["email-signature", async (agent) => {
      await agent.id("tab-signature").click();
      await agent.id("signature").waitFor();
    }],
    ["email-wizard", async (agent) => {
      await agent.id("inbox-new").click();
      await agent.id("inbox-new-email").click();
      await agent.id("wizard-name").fill("Post");
      await agent.id("wizard-address").fill("shop@qq.com");
      await agent.id("wizard-next").click();
      await agent.id("imap-host").waitFor();
    }],
    ["email-wizard-oauth", async (agent) => {
      await agent.id("imap-auth").selectOption("oauth");
      await agent.id("imap-sign-in").waitFor();
    }],
  ];
}
