// Hostile input against the real server. Usage: node tests/hostile/run.mjs [part of a test's name …]
import { leaveAll } from "../lib/browser.mjs";
import { send, Visitor } from "../lib/http.mjs";
import { Suite } from "../lib/runner.mjs";
import { keepFiles, Server } from "../lib/server.mjs";
import { agentOf, inbox } from "../lib/shop.mjs";
import { access } from "./access.mjs";
import { frames } from "./frames.mjs";
import { paths } from "./paths.mjs";
import { scripts } from "./scripts.mjs";
import { shapes } from "./shapes.mjs";

const suite = new Suite("hostile input");
let server;
suite.onFailure = async () => {
  keepFiles();
  if (server && !server.isRunning) {
    const end = server.tail(30);
    await server.start();
    return `the server died:\n${end}`;
  }
  return server ? `server log: ${server.log}` : "";
};
try {
  // Addresses are told apart by X-Forwarded-For, so that one test's limits do not stop the next.
  server = await Server.demo("hostile", { env: { PARLEY_LIMITS_AGENT_PER_SECOND: "0", PARLEY_LIMITS_ADDRESS_PER_SECOND: "0", PARLEY_LISTEN_TRUSTED_PROXIES: "127.0.0.1" } });
  const admin = await agentOf(server, "ruth");
  const visitor = await Visitor.enter(server.url, inbox.en);
  const { conversation } = await visitor.begin("hello", { name: "Subject of tests" });
  const { items: inboxes } = await admin.call("GET", "/api/v1/inboxes");
  const { items: agents } = await admin.call("GET", "/api/v1/agents");
  const { items: teams } = await admin.call("GET", "/api/v1/teams");
  const { ticket } = await admin.call("GET", `/api/v1/tickets/${conversation.id}`);
  const ids = { ticket_id: conversation.id, conversation_id: conversation.id, customer_id: ticket.requester.id, inbox_id: inboxes.find((one) => one.key === inbox.en).id, agent_id: agents.find((one) => one.email.startsWith("amara")).id, team_id: teams[0].id, token_id: 1 };
  const desk = { server, admin, visitor, ids };
  for (const part of [shapes, paths, frames, access, scripts]) {
    try {
      await part({ suite, desk });
    } catch (error) {
      suite.broke(part.name, error);
    }
    await leaveAll();
  }
  await suite.test("after all that the server is well and logged no failure", async () => {
    const ready = await send(server.url, "GET", "/readyz");
    if (ready.status !== 200) throw new Error(`readyz: ${ready.status}`);
    if (server.starts !== 1) throw new Error(`the server was started ${server.starts} times`);
    const lines = server.complaints();
    if (lines.length > 0) throw new Error(lines.slice(0, 10).join("\n"));
  });
} catch (error) {
  suite.broke("set-up", error);
  keepFiles();
} finally {
  await server?.stop();
}
process.exit(suite.summary());
