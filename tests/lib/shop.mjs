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

const sessions = new Map();
/** A logged-in agent for calls beside the browser; one session serves the whole run. */
export function agentOf(server, who) {
  const key = `${server.data} ${who}`;
  if (!sessions.has(key)) sessions.set(key, Agent.login(server, ...people[who]));
  return sessions.get(key);
}

/** Only these agents count as available, so that it is known who gets an offer. */
export async function onlyAvailable(server, ...names) {
  for (const who of ["ruth", "mei", "jonas", "amara", "siyu"]) {
    const agent = await agentOf(server, who);
    const status = names.includes(who) ? "online" : "away";
    if (agent.me.status !== status) agent.me = (await agent.call("PUT", "/api/v1/me/status", { status })).agent;
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
