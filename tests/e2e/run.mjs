// End-to-end: real Chromium, real server, real database. Usage: node tests/e2e/run.mjs [part of a test's name …]
import { launch, leaveAll, photograph, present } from "../lib/browser.mjs";
import { Suite } from "../lib/runner.mjs";
import { keepFiles, Server } from "../lib/server.mjs";
import { mkdirSync } from "node:fs";
import { chatByMail } from "./chat-by-mail.mjs";
import { desk } from "./desk.mjs";
import { looks, pictures } from "./looks.mjs";
import { mail } from "./mail.mjs";
import { mailSafety } from "./mail-safety.mjs";
import { mailWork } from "./mail-work.mjs";
import { oauth } from "./oauth.mjs";
import { talk } from "./talk.mjs";
import { trouble } from "./trouble.mjs";

const suite = new Suite("end-to-end");
let server;
let browser;
suite.onFailure = async () => {
  keepFiles();
  mkdirSync(pictures, { recursive: true });
  const errors = present().flatMap((person) => person.faults).slice(-6);
  await photograph(pictures);
  if (server && !server.isRunning) await server.start();
  return [...errors, server ? `server log: ${server.log}` : "", server?.tail(5)].filter(Boolean).join("\n");
};
try {
  server = await Server.demo("e2e");
  browser = await launch();
  for (const part of [talk, trouble, desk, mail, mailSafety, mailWork, chatByMail, oauth, looks]) {
    suite.secondTry = part === talk ? null : leaveAll; // the steps of one conversation build on each other
    try {
      await part({ suite, server, browser });
    } catch (error) {
      suite.broke(part.name, error);
    }
    await leaveAll();
  }
  await suite.test("the server logged no failure", () => {
    const lines = server.complaints();
    if (lines.length > 0) throw new Error(lines.slice(0, 10).join("\n"));
  });
} catch (error) {
  suite.broke("set-up", error);
  keepFiles();
} finally {
  await browser?.close().catch(() => undefined);
  await server?.stop();
}
process.exit(suite.summary());
