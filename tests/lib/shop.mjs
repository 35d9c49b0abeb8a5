// The demo shop as tests see it: who works there, and quick ways to a conversation in a known state.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, newKey, Visitor } from "./http.mjs";
import { root } from "./server.mjs";
import { until } from "./wait.mjs";

const data = JSON.parse(readFileSync(join(root, "server/demo/data/shop.json"), "utf8"));
export const inbox = { en: data.inboxes.find((one) => one.locale === "en").key, zh: data.inboxes.find((one) => one.locale === "zh-CN").key };

export const people = { ruth: ["administrator", "ruth"], mei: ["supervisor", "mei"], jonas: ["agent", "jonas"], amara: ["agent", "amara"], siyu: ["agent", "li.siyu"], chen: ["light_agent", "chen"] };
export const loginOf = (server, who) => server.login(...people[who]);
export const agentOf = (server, who) => Agent.login(server, ...people[who]);

/** Only these agents count as available, so that it is known who gets an offer. */
export async function onlyAvailable(server, ...names) {
  const wanted = names.map((name) => loginOf(server, name).email);
  for (const { email, password, role } of server.logins) {
    if (role === "light_agent") continue;
    const agent = await Agent.loginAs(server.url, email, password);
    await agent.call("PUT", "/api/v1/me/status", { status: wanted.includes(email) ? "online" : "away" });
    await agent.call("POST", "/api/v1/logout", {});
  }
}

/** A visitor with a conversation that belongs to `agent`. */
export async function conversationOf(server, agent, admin, text = "Hello, is somebody there?", more = {}) {
  const visitor = await Visitor.enter(server.url, inbox.en);
  const { conversation } = await visitor.begin(text, { name: `Visitor ${newKey("v").slice(-4)}`, ...more });
  await assign(admin, conversation.id, agent.me.id);
  return { visitor, id: conversation.id };
}

/** Gives a ticket to an agent. A running offer to somebody else ends by that. */
export async function assign(admin, ticketId, agentId) {
  await admin.call("PATCH", `/api/v1/tickets/${ticketId}`, { assignee_id: agentId });
  await until("the assignment", async () => (await admin.call("GET", `/api/v1/tickets/${ticketId}`)).ticket.assignee_id === agentId);
}
