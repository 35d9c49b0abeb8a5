// Who may do what: tokens, teams, origins, repeated and late commands, limits.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blake2b } from "../lib/blake2b.mjs";
import { Agent, newKey, send, Visitor } from "../lib/http.mjs";
import { CallFailed, Link, Lost } from "../lib/link.mjs";
import { agentOf, conversationOf, inbox, loginOf } from "../lib/shop.mjs";
import { tick, until } from "../lib/wait.mjs";

const DAY = 24 * 3_600_000;

/** A token as the server signs it, so that only its age is wrong. */
function signedToken(data, customerId, inboxId, issuedAt) {
  const master = Buffer.from(readFileSync(join(data, "master.key"), "utf8").trim(), "hex");
  const key = blake2b(master, Buffer.from("derive\0visitor_token"));
  const body = Buffer.alloc(25);
  body[0] = 1;
  body.writeBigUInt64BE(BigInt(customerId), 1);
  body.writeBigUInt64BE(BigInt(inboxId), 9);
  body.writeBigUInt64BE(BigInt(issuedAt), 17);
  const mac = createHmac("sha256", key).update(body).digest().subarray(0, 16);
  return Buffer.concat([body, mac]).toString("base64url");
}

export async function access({ suite, desk }) {
  const { server, admin } = desk;
  const { url } = server;
  const jonas = await agentOf(server, "jonas");
  const siyu = await agentOf(server, "siyu");
  const chen = await agentOf(server, "chen");

  await suite.test("another visitor's conversation does not exist for a stranger", async () => {
    const { id } = await conversationOf(server, jonas, admin, "my own words");
    const stranger = await Visitor.enter(url, inbox.en);
    const tries = [
      ["GET", `/messages`], ["POST", "/messages", { client_id: newKey(), text: "hi" }], ["POST", "/read", { message_id: 1 }], ["POST", "/rating", { score: 5 }],
    ];
    for (const [method, tail, body] of tries) {
      const answer = await stranger.raw(method, `/api/v1/widget/conversations/${id}${tail}`, body ? { body } : {});
      assert.equal(answer.status, 404, `${method} ${tail}`);
      assert.ok(!answer.text.includes("my own words"));
    }
    const unknown = await stranger.raw("GET", "/api/v1/widget/conversations/99999999/messages");
    assert.equal(unknown.status, 404);
    const known = await stranger.raw("GET", `/api/v1/widget/conversations/${id}/messages`);
    const strip = ({ request_id, ...rest }) => rest;
    assert.deepEqual(strip(known.body), strip(unknown.body), "somebody else's and none look the same");
    const link = await Link.open(url, { visitor: stranger.token });
    await assert.rejects(link.call("GET", `/api/v1/widget/conversations/${id}/messages`), (error) => error instanceof CallFailed && error.status === 404);
    // Typing and receipts into it change nothing and do not end the socket.
    link.send({ type: "typing", conversation_id: id, is_typing: true });
    link.send({ type: "delivered", conversation_id: id, message_id: 1 });
    await link.call("GET", "/api/v1/widget/conversations");
    link.close();
  });

  await suite.test("another visitor's upload cannot be attached", async () => {
    const [one, two] = [await Visitor.enter(url, inbox.en), await Visitor.enter(url, inbox.en)];
    const { attachment } = await one.call("POST", "/api/v1/widget/uploads?name=mine.txt", undefined, { raw: "mine", headers: { "content-type": "text/plain" } });
    const answer = await two.raw("POST", "/api/v1/widget/conversations", { body: { client_id: newKey(), text: "look", attachment_ids: [attachment.id] } });
    assert.equal(answer.status, 400, answer.text);
    const own = await one.raw("POST", "/api/v1/widget/conversations", { body: { client_id: newKey(), text: "look", attachment_ids: [attachment.id] } });
    assert.equal(own.status, 201, own.text);
  });

  await suite.test("forged, altered and expired visitor tokens are refused", async () => {
    const visitor = await Visitor.enter(url, inbox.en);
    const me = visitor.session.customer.id;
    const inboxId = (await admin.call("GET", "/api/v1/inboxes")).items.find((one) => one.key === inbox.en).id;
    const ask = async (token) => (await send(url, "GET", "/api/v1/widget/conversations", { headers: { authorization: `Visitor ${token}` } })).status;
    assert.equal(await ask(visitor.token), 200);
    assert.equal(await ask(signedToken(server.data, me, inboxId, Date.now())), 200, "this test signs as the server does");
    assert.equal(await ask(signedToken(server.data, me, inboxId, Date.now() - 401 * DAY)), 401, "too old");
    assert.equal(await ask(signedToken(server.data, me, inboxId, Date.now() + 2 * DAY)), 401, "from the future");
    assert.equal(await ask(signedToken(server.data, 99_999_999, inboxId, Date.now())), 401, "nobody's");
    const bytes = Buffer.from(visitor.token, "base64url");
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] ^= 1;
      assert.equal(await ask(altered.toString("base64url")), 401, `byte ${at} altered`);
    }
    for (const token of ["", "A", "null", "=".repeat(40), bytes.subarray(0, 30).toString("base64url"), "a".repeat(128), "a".repeat(5_000), `${visitor.token}AAAA`]) assert.equal(await ask(token), 401, token.slice(0, 20));
    for (const token of [bytes.subarray(0, 40).toString("base64url"), signedToken(server.data, me, inboxId, Date.now() - 401 * DAY)]) {
      const refused = await Link.open(url, { visitor: token }).catch((error) => error);
      assert.ok(refused instanceof Lost && /4001/.test(refused.message), `the socket: ${refused.message}`);
    }
    // A page with a broken token in its storage gets a new visitor, not an error.
    const fresh = await Visitor.enter(url, inbox.en, { visitor_token: signedToken(server.data, me, inboxId, Date.now() - 401 * DAY) });
    assert.notEqual(fresh.session.customer.id, me);
  });

  await suite.test("another team's ticket does not exist for an agent, over HTTP, the socket and in events", async () => {
    const { id, visitor } = await conversationOf(server, jonas, admin, "for the care team only 8812");
    const tries = [["GET", ""], ["GET", "/messages"], ["GET", "/history"], ["PATCH", "", { priority: "high" }], ["POST", "/messages", { client_id: newKey(), kind: "reply", text: "x", seen_version: 1, force: true }], ["POST", "/read", { message_id: 1 }], ["PUT", "/draft", { kind: "reply", text: "x" }], ["POST", "/accept", {}], ["POST", "/decline", {}]];
    for (const [method, tail, body] of tries) {
      const answer = await siyu.raw(method, `/api/v1/tickets/${id}${tail}`, body ? { body } : {});
      assert.equal(answer.status, 404, `${method} ${tail}: ${answer.text.slice(0, 120)}`);
    }
    const link = await Link.open(url, { cookie: siyu.cookie, origin: url });
    await assert.rejects(link.call("GET", `/api/v1/tickets/${id}`), (error) => error.status === 404);
    link.send({ type: "view", ticket_id: id });
    link.send({ type: "typing", ticket_id: id, is_typing: true, kind: "reply" });
    await visitor.write(id, "still for the care team 8812");
    const own = await Visitor.enter(url, inbox.zh);
    const { conversation } = await own.begin("给中文组", { name: "王" });
    await link.event("ticket.created", (event) => event.ticket.id === conversation.id);
    assert.ok(!JSON.stringify(link.frames).includes("8812"), "events of another team's ticket");
    const { items } = await siyu.call("GET", "/api/v1/tickets?view=all&limit=200");
    assert.ok(!items.some((ticket) => ticket.id === id));
    assert.equal((await siyu.call("GET", "/api/v1/tickets?view=all&q=8812")).items.length, 0);
    const seen = await admin.call("GET", `/api/v1/tickets/${id}`);
    assert.deepEqual(seen.viewers.filter((agent) => agent === siyu.me.id), [], "not listed as a viewer");
    link.close();
  });

  await suite.test("what a role may not do is refused", async () => {
    const { id } = await conversationOf(server, jonas, admin);
    const cases = [
      [chen, "POST", `/api/v1/tickets/${id}/messages`, { client_id: newKey(), kind: "reply", text: "x", seen_version: 1 }],
      [chen, "PATCH", `/api/v1/tickets/${id}`, { state: "pending" }],
      [chen, "POST", "/api/v1/agents", { email: "x@example.com", name: "X", role: "administrator", password: "long enough password", team_ids: [], chat_capacity: 1 }],
      [jonas, "POST", "/api/v1/agents", { email: "y@example.com", name: "Y", role: "administrator", password: "long enough password", team_ids: [], chat_capacity: 1 }],
      [jonas, "PATCH", `/api/v1/agents/${jonas.me.id}`, { role: "administrator" }],
      [jonas, "POST", "/api/v1/teams", { name: "Mine", member_ids: [] }],
      [jonas, "GET", "/api/v1/audit"],
      [jonas, "GET", `/api/v1/inboxes/${desk.ids.inbox_id}/secret`],
      [jonas, "PATCH", `/api/v1/inboxes/${desk.ids.inbox_id}`, { name: "Mine" }],
    ];
    for (const [agent, method, path, body] of cases) {
      const answer = await agent.raw(method, path, body ? { body } : {});
      assert.equal(answer.status, 403, `${agent.me.name}: ${method} ${path}: ${answer.status} ${answer.text.slice(0, 120)}`);
      const over = await Link.open(url, { cookie: agent.cookie, origin: url });
      await assert.rejects(over.call(method, path, body), (error) => error.status === 403, `${method} ${path} over the socket`);
      over.close();
    }
    assert.equal((await admin.call("GET", "/api/v1/agents")).items.find((one) => one.id === jonas.me.id).role, "agent");
  });

  await suite.test("a cookie alone changes nothing: CSRF", async () => {
    const { cookie } = jonas;
    for (const token of [undefined, "", "wrong", admin.csrf]) {
      const answer = await send(url, "PUT", "/api/v1/me/status", { body: { status: "offline" }, headers: { cookie, ...(token === undefined ? {} : { "x-csrf-token": token }) } });
      assert.equal(answer.status, 403);
      assert.equal(answer.body.code, "csrf");
    }
    assert.equal((await jonas.call("GET", "/api/v1/me")).agent.status === "offline", false);
  });

  await suite.test("a foreign page cannot open a socket with the agent's cookie", async () => {
    for (const origin of ["https://evil.example", "null", `http://127.0.0.1:${server.port + 1}`, `http://127.0.0.1.evil.example:${server.port}`, `https://evil.example/127.0.0.1:${server.port}`]) {
      const refused = await Link.open(url, { cookie: jonas.cookie, origin }).catch((error) => error);
      assert.ok(refused instanceof Lost && /4003/.test(refused.message), `${origin}: ${refused.message ?? "was let in"}`);
    }
    const own = await Link.open(url, { cookie: jonas.cookie, origin: url });
    assert.equal(own.hello.principal.id, jonas.me.id);
    own.close();
    const nobody = await Link.open(url, { origin: url }).catch((error) => error);
    assert.ok(nobody instanceof Lost && /4001/.test(nobody.message), nobody.message);
  });

  await suite.test("an identity counts only with the right signature", async () => {
    const { secret } = await admin.call("GET", `/api/v1/inboxes/${desk.ids.inbox_id}/secret`);
    const sign = (id, key = secret) => createHmac("sha256", key).update(id).digest("hex");
    const enter = (identity) => send(url, "POST", "/api/v1/widget/session", { body: { inbox_key: inbox.en, identity } });
    const good = await enter({ external_id: "shop-77", hmac: sign("shop-77"), name: "Ida Known", email: "ida@example.com" });
    assert.equal(good.status, 200);
    assert.equal(good.body.customer.is_verified, true);
    for (const [what, identity] of Object.entries({
      "another id": { external_id: "shop-78", hmac: sign("shop-77") },
      "another key": { external_id: "shop-77", hmac: sign("shop-77", "guess") },
      "zeros": { external_id: "shop-77", hmac: "0".repeat(64) },
      "not hex": { external_id: "shop-77", hmac: "z".repeat(64) },
    })) {
      const answer = await enter(identity);
      assert.equal(answer.status, 403, what);
      assert.ok(!answer.text.includes("Ida"));
    }
    // What a stranger types does not make him a verified customer.
    const stranger = await Visitor.enter(url, inbox.en);
    await stranger.begin("hello", { name: "Ida Known", email: "ida@example.com" });
    const again = await Visitor.enter(url, inbox.en, { visitor_token: stranger.token });
    assert.equal(again.session.customer.is_verified, false);
    assert.notEqual(again.session.customer.id, good.body.customer.id);
  });

  await suite.test("a page outside the allowed domains gets no session", async () => {
    const id = desk.ids.inbox_id;
    await admin.call("PATCH", `/api/v1/inboxes/${id}`, { allowed_domains: ["shop.example", "*.good.example"] });
    try {
      const enter = async (origin) => (await send(url, "POST", "/api/v1/widget/session", { body: { inbox_key: inbox.en }, headers: origin ? { origin } : {} })).status;
      for (const origin of ["https://shop.example", "https://shop.example:8443", "https://www.good.example", "https://SHOP.example"]) assert.equal(await enter(origin), 200, origin);
      for (const origin of ["https://evil.example", "https://shop.example.evil.example", "https://evilshop.example", "https://evil.example/shop.example", "https://evilgood.example", "null", "https://shop.example@evil.example", "https://[shop.example]"]) assert.equal(await enter(origin), 403, origin);
      const visitor = await Visitor.enter(url, inbox.en, {}, { headers: { origin: "https://shop.example" } });
      const socket = await Link.open(url, { visitor: visitor.token, origin: "https://evil.example" }).catch((error) => error);
      if (socket instanceof Link) socket.close();
    } finally {
      await admin.call("PATCH", `/api/v1/inboxes/${id}`, { allowed_domains: [] });
    }
  });

  await suite.test("the same command twice has one effect", async () => {
    const key = newKey("team");
    const body = { name: "Once only", member_ids: [] };
    const one = await admin.call("POST", "/api/v1/teams", body, { headers: { "idempotency-key": key } });
    const two = await admin.call("POST", "/api/v1/teams", body, { headers: { "idempotency-key": key } });
    assert.equal(one.team.id, two.team.id);
    assert.equal((await admin.call("GET", "/api/v1/teams")).items.filter((team) => team.name === "Once only").length, 1);

    const visitor = await Visitor.enter(url, inbox.en);
    const start = { client_id: newKey("start"), text: "just once" };
    const starts = await Promise.all(Array.from({ length: 8 }, () => visitor.raw("POST", "/api/v1/widget/conversations", { body: start })));
    assert.ok(starts.every((answer) => answer.status < 300), starts.map((answer) => answer.status).join());
    assert.equal(new Set(starts.map((answer) => answer.body.conversation.id)).size, 1, "one conversation");
    const id = starts[0].body.conversation.id;
    const line = { client_id: newKey("line"), text: "a line" };
    const lines = await Promise.all(Array.from({ length: 8 }, () => visitor.raw("POST", `/api/v1/widget/conversations/${id}/messages`, { body: line })));
    assert.ok(lines.every((answer) => answer.status < 300), lines.map((answer) => `${answer.status} ${answer.text.slice(0, 80)}`).join());
    assert.equal(new Set(lines.map((answer) => answer.body.message.id)).size, 1);
    const reply = { client_id: newKey("reply"), kind: "reply", text: "an answer", seen_version: 1, force: true };
    const replies = await Promise.all(Array.from({ length: 8 }, () => admin.raw("POST", `/api/v1/tickets/${id}/messages`, { body: reply })));
    assert.ok(replies.every((answer) => answer.status < 300), replies.map((answer) => `${answer.status} ${answer.text.slice(0, 80)}`).join());
    const stored = (await admin.messages(id)).filter((message) => message.kind === "reply").map((message) => message.text);
    assert.deepEqual(stored, ["just once", "a line", "an answer"]);

    // One id, another author or place: not the same message.
    const other = await Visitor.enter(url, inbox.en);
    const copied = await other.raw("POST", "/api/v1/widget/conversations", { body: { ...start, text: "not yours" } });
    assert.ok(copied.status === 201 || copied.status === 409, `${copied.status}`);
    assert.ok(!copied.text.includes("just once"), "a client id gives nothing of somebody else's away");

    const socketKey = newKey("state");
    const link = await Link.open(url, { cookie: admin.cookie, origin: url });
    const before = (await link.call("GET", `/api/v1/tickets/${id}`)).ticket.version;
    await link.call("PATCH", `/api/v1/tickets/${id}`, { priority: "high" }, { key: socketKey });
    const after = (await link.call("GET", `/api/v1/tickets/${id}`)).ticket.version;
    await link.call("PATCH", `/api/v1/tickets/${id}`, { priority: "high" }, { key: socketKey });
    assert.equal((await link.call("GET", `/api/v1/tickets/${id}`)).ticket.version, after);
    assert.ok(after > before);
    link.close();
  });

  await suite.test("a change made from an old version is refused with 412", async () => {
    const { id } = await conversationOf(server, jonas, admin);
    const { headers } = await admin.raw("GET", `/api/v1/tickets/${id}`);
    assert.match(headers.etag, /^"\d+"$/);
    const first = await admin.raw("PATCH", `/api/v1/tickets/${id}`, { body: { priority: "urgent" }, headers: { "if-match": headers.etag } });
    assert.equal(first.status, 200);
    assert.notEqual(first.headers.etag, headers.etag);
    const late = await jonas.raw("PATCH", `/api/v1/tickets/${id}`, { body: { priority: "low" }, headers: { "if-match": headers.etag } });
    assert.equal(late.status, 412);
    assert.equal(late.body.code, "version_conflict");
    assert.equal((await admin.call("GET", `/api/v1/tickets/${id}`)).ticket.priority, "urgent");
    for (const odd of ['"abc"', '"-1"', '"99999999999999999999"']) assert.ok([400, 412].includes((await admin.raw("PATCH", `/api/v1/tickets/${id}`, { body: { priority: "low" }, headers: { "if-match": odd } })).status), odd);
  });

  await suite.test("a closed ticket stays closed, and impossible states are refused", async () => {
    const { id, visitor } = await conversationOf(server, jonas, admin);
    assert.equal((await admin.raw("PATCH", `/api/v1/tickets/${id}`, { body: { state: "new" } })).status, 400);
    const jump = await admin.raw("PATCH", `/api/v1/tickets/${id}`, { body: { state: "closed" } });
    assert.ok(jump.status === 409 || jump.status === 400, `open → closed: ${jump.status}`);
    await admin.call("PATCH", `/api/v1/tickets/${id}`, { state: "solved" });
    await admin.call("PATCH", `/api/v1/tickets/${id}`, { state: "closed" });
    for (const state of ["open", "solved", "pending"]) assert.ok([400, 409].includes((await admin.raw("PATCH", `/api/v1/tickets/${id}`, { body: { state } })).status), state);
    const answer = await visitor.raw("POST", `/api/v1/widget/conversations/${id}/messages`, { body: { client_id: newKey(), text: "again" } });
    assert.equal(answer.status, 409);
    assert.equal(answer.body.code, "conversation_closed");
  });

  await suite.test("a visitor in a hurry is slowed down with 429 and told when to come back", async () => {
    const visitor = await Visitor.enter(url, inbox.en);
    const calm = await Visitor.enter(url, inbox.en);
    const answers = await Promise.all(Array.from({ length: 120 }, () => visitor.raw("GET", "/api/v1/widget/conversations")));
    const slowed = answers.filter((answer) => answer.status === 429);
    assert.ok(slowed.length > 20 && slowed.length < 120, `${slowed.length} of 120 refused`);
    for (const answer of slowed) {
      assert.equal(answer.body.code, "rate_limited");
      assert.match(String(answer.headers["retry-after"]), /^\d+$/);
    }
    assert.equal((await calm.raw("GET", "/api/v1/widget/conversations")).status, 200, "somebody else is not slowed down");
    const wait = Number(slowed.at(-1).headers["retry-after"]) * 1000;
    await until("him to be let in again after the time said", async () => (await visitor.raw("GET", "/api/v1/widget/conversations")).status === 200, { within: wait + 5_000, every: 500 });
  });

  await suite.test("guessing passwords is slowed down, for the account and for the address", async () => {
    const { email, password } = loginOf(server, "amara");
    const login = (address, mail, secret) => send(url, "POST", "/api/v1/login", { body: { email: mail, password: secret }, headers: { "x-forwarded-for": address } });
    const seen = [];
    for (let n = 0; n < 7; n++) seen.push((await login(`203.0.113.${n}`, email, `guess ${n}`)).status);
    assert.deepEqual(seen.slice(0, 5), [401, 401, 401, 401, 401]);
    assert.ok(seen.slice(5).includes(429), `from many addresses: ${seen.join()}`);
    const held = await login("203.0.113.200", email, password);
    assert.equal(held.status, 429, "the right password has to wait as well");
    assert.match(String(held.headers["retry-after"]), /^\d+$/);
    const spray = [];
    for (let n = 0; n < 7; n++) spray.push((await login("203.0.113.99", `nobody${n}@example.com`, "guess")).status);
    assert.ok(spray.includes(429), `many accounts from one address: ${spray.join()}`);
    const other = loginOf(server, "mei");
    assert.equal((await login("203.0.113.50", other.email, other.password)).status, 200, "somebody else elsewhere logs in");
    const messages = new Set([(await login("203.0.113.51", "unknown@example.com", "x")).body.title, (await login("203.0.113.52", other.email, "x")).body.title]);
    assert.equal(messages.size, 1, "an unknown account and a wrong password sound the same");
  });

  await suite.test("a session that was ended is worth nothing, also on its socket", async () => {
    const { email, password } = loginOf(server, "siyu");
    const session = await Agent.loginAs(url, email, password);
    const link = await Link.open(url, { cookie: session.cookie, origin: url });
    await session.call("POST", "/api/v1/logout", {});
    assert.equal((await session.raw("GET", "/api/v1/me")).status, 401);
    const { code } = await Promise.race([link.closed, tick(10_000).then(() => ({ code: "still open" }))]);
    assert.ok(code === 4010 || code === 4001, `the socket: ${code}`);
  });

  await suite.test("deactivating an agent ends what he has", async () => {
    const made = (await admin.call("POST", "/api/v1/agents", { email: "leaver@example.com", name: "Lea Ver", role: "agent", password: "a long enough password 1", team_ids: [], chat_capacity: 2 })).agent;
    const leaver = await Agent.loginAs(url, "leaver@example.com", "a long enough password 1");
    const { token } = await leaver.call("POST", "/api/v1/me/tokens", { name: "script" });
    const link = await Link.open(url, { bearer: token });
    assert.equal((await send(url, "GET", "/api/v1/me", { headers: { authorization: `Bearer ${token}` } })).status, 200);
    await admin.call("PATCH", `/api/v1/agents/${made.id}`, { is_active: false });
    assert.equal((await leaver.raw("GET", "/api/v1/me")).status, 401);
    assert.equal((await send(url, "GET", "/api/v1/me", { headers: { authorization: `Bearer ${token}` } })).status, 401);
    const { code } = await Promise.race([link.closed, tick(10_000).then(() => ({ code: "still open" }))]);
    assert.equal(code, 4001);
    assert.equal((await send(url, "POST", "/api/v1/login", { body: { email: "leaver@example.com", password: "a long enough password 1" } })).status, 401);
  });
}
