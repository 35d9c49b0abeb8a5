// A provider of mailboxes on this machine: people sign in in their browser, programs fetch tokens, and its mail servers take nothing but tokens.
import { createHash, randomBytes } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";

const fresh = (what) => `${what}-${randomBytes(9).toString("hex")}`;
const listen = async (server) => {
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server.address().port;
};
const page = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Harbour mail</title><main>${body}</main></html>`;

async function formOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return Object.fromEntries(new URLSearchParams(text));
}

/** A client may name itself in the form or by HTTP Basic. */
function clientOf(request, form) {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Basic") return { id: form.client_id, secret: form.client_secret };
  const [id, secret] = Buffer.from(token, "base64").toString("utf8").split(":").map((part) => decodeURIComponent(part.replaceAll("+", " ")));
  return { id, secret };
}

export class OAuthProvider {
  /** `redirect` is the only address people are sent back to. */
  static async open({ redirect }) {
    const provider = new OAuthProvider(redirect);
    provider.web = createHttpServer((request, answer) => provider.answer(request, answer).catch((error) => provider.complain(String(error)) || answer.destroy()));
    provider.url = `http://127.0.0.1:${await listen(provider.web)}`;
    for (const [name, talk] of [["imap", imapTalk], ["smtp", smtpTalk]]) {
      const server = createTcpServer((socket) => provider.talk(socket, talk));
      provider.mail.push(server);
      provider[`${name}Port`] = await listen(server);
    }
    return provider;
  }

  constructor(redirect) {
    this.redirect = redirect;
    this.client = { id: "harbour desk", secret: fresh("secret") };
    this.scope = "mail.read mail.send offline";
    this.cutsOff = false; // as many do: the window that opened this one sees nothing of it any more
    this.mail = [];
    this.sockets = new Set();
    this.asked = new Map(); // code → what was asked for
    this.refreshTokens = new Set();
    this.accessTokens = new Set();
    this.signIns = []; // the questions people were sent here with
    this.welcomed = []; // `{server, user}` of every log-in with a good token
    this.complaints = []; // what a client did against the rules
  }

  complain(what) {
    this.complaints.push(what);
  }

  async answer(request, answer) {
    const url = new URL(request.url, this.url);
    const policy = this.cutsOff ? { "cross-origin-opener-policy": "same-origin" } : {};
    const html = (status, body) => answer.writeHead(status, { "content-type": "text/html; charset=utf-8", ...policy }).end(page(body));
    if (url.pathname === "/authorize") return this.authorize(url.searchParams, html);
    if (url.pathname === "/decide") return this.decide(url.searchParams, answer);
    if (url.pathname === "/token" && request.method === "POST") return this.token(request, answer);
    return html(404, "Nothing is here.");
  }

  /** Whoever comes with a wrong question is not asked for anything, as it is with real providers. */
  authorize(query, html) {
    const expected = { response_type: "code", client_id: this.client.id, redirect_uri: this.redirect, scope: this.scope, code_challenge_method: "S256", prompt: "consent" };
    for (const [name, value] of Object.entries(expected)) {
      if (query.get(name) !== value) this.complain(`authorize: ${name} is ${query.get(name)}`);
    }
    if (!/^[A-Za-z0-9_-]{43}$/.test(query.get("code_challenge") ?? "")) this.complain(`authorize: code_challenge is ${query.get("code_challenge")}`);
    if ((query.get("state") ?? "").length < 16) this.complain(`authorize: state is ${query.get("state")}`);
    if (this.complaints.length > 0) return html(400, this.complaints.join("<br>"));
    this.signIns.push(Object.fromEntries(query));
    const code = fresh("code");
    this.asked.set(code, { challenge: query.get("code_challenge"), state: query.get("state") });
    return html(200, `<h1>${query.get("login_hint") ?? "Somebody"}</h1><a href="/decide?allow=1&code=${code}">Allow</a> <a href="/decide?code=${code}">Refuse</a>`);
  }

  decide(query, answer) {
    const { state } = this.asked.get(query.get("code"));
    const outcome = query.get("allow") ? { code: query.get("code") } : { error: "access_denied", error_description: "The owner refused." };
    answer.writeHead(302, { location: `${this.redirect}?${new URLSearchParams({ ...outcome, state })}` }).end();
  }

  async token(request, answer) {
    const form = await formOf(request);
    const client = clientOf(request, form);
    const say = (status, body) => answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const refuse = (error, why) => {
      this.complain(`token: ${why}`);
      say(error === "invalid_client" ? 401 : 400, { error, error_description: why });
    };
    if (client.id !== this.client.id || client.secret !== this.client.secret) return refuse("invalid_client", "wrong client");
    if (form.grant_type === "refresh_token") {
      if (!this.refreshTokens.has(form.refresh_token)) return refuse("invalid_grant", "unknown refresh token");
      return say(200, { access_token: this.accessToken(), expires_in: 3600, token_type: "Bearer" });
    }
    if (form.grant_type !== "authorization_code") return refuse("unsupported_grant_type", `grant_type ${form.grant_type}`);
    const asked = this.asked.get(form.code);
    this.asked.delete(form.code); // good once
    if (!asked) return refuse("invalid_grant", "unknown code");
    if (form.redirect_uri !== this.redirect) return refuse("invalid_grant", `redirect_uri ${form.redirect_uri}`);
    const challenge = createHash("sha256").update(form.code_verifier ?? "").digest("base64url");
    if (challenge !== asked.challenge) return refuse("invalid_grant", "the verifier is not that of the challenge");
    const refresh_token = fresh("refresh");
    this.refreshTokens.add(refresh_token);
    return say(200, { access_token: this.accessToken(), refresh_token, expires_in: 3600, token_type: "Bearer", scope: this.scope });
  }

  accessToken() {
    const token = fresh("access");
    this.accessTokens.add(token);
    return token;
  }

  /** Whether this is the answer to XOAUTH2 of somebody with a token of ours. */
  welcomes(server, encoded) {
    const [user, bearer] = Buffer.from(encoded, "base64").toString("utf8").split("\x01");
    const isGood = this.accessTokens.has(bearer?.replace("auth=Bearer ", ""));
    if (isGood) this.welcomed.push({ server, user: user.replace("user=", "") });
    else this.complain(`${server}: a token that was not given out`);
    return isGood;
  }

  talk(socket, { greeting, answers }) {
    this.sockets.add(socket);
    socket.setEncoding("utf8");
    socket.on("error", () => undefined);
    socket.on("close", () => this.sockets.delete(socket));
    socket.write(greeting);
    const memory = {};
    let rest = "";
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop();
      for (const line of lines) socket.write(answers(this, line, memory));
    });
  }

  async close() {
    this.web.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([this.web, ...this.mail].map((server) => new Promise((done) => server.close(done))));
  }
}

/** A mailbox in which nothing ever lies. */
const imapTalk = {
  greeting: "* OK harbour\r\n",
  answers(provider, line, memory) {
    if (memory.idleTag) {
      const tag = memory.idleTag;
      memory.idleTag = null;
      return `${tag} OK done\r\n`;
    }
    const [tag, ...words] = line.split(" ");
    const done = `${tag} OK done\r\n`;
    switch (words[0]?.toUpperCase()) {
      case "CAPABILITY":
        return `* CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE SASL-IR AUTH=XOAUTH2\r\n${done}`;
      case "AUTHENTICATE":
        return provider.welcomes("imap", words[2] ?? "") ? done : `${tag} NO [AUTHENTICATIONFAILED] refused\r\n`;
      case "SELECT":
        return `* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 1] ok\r\n${tag} OK [READ-WRITE] done\r\n`;
      case "UID":
        return words[1]?.toUpperCase() === "SEARCH" ? `* SEARCH\r\n${done}` : done;
      case "IDLE":
        memory.idleTag = tag;
        return "+ idling\r\n";
      case "LOGOUT":
        return `* BYE\r\n${done}`;
      default:
        return done;
    }
  },
};

/** Lets people in, and has mail from nobody yet. */
const smtpTalk = {
  greeting: "220 harbour ESMTP\r\n",
  answers(provider, line, memory) {
    const outcome = (encoded) => (provider.welcomes("smtp", encoded) ? "235 2.7.0 welcome\r\n" : "535 5.7.8 refused\r\n");
    if (memory.isAsked) {
      memory.isAsked = false;
      return outcome(line);
    }
    const [verb, mechanism, encoded] = line.split(" ");
    switch (verb.toUpperCase()) {
      case "EHLO":
        return "250-harbour\r\n250 AUTH XOAUTH2\r\n";
      case "AUTH":
        if (mechanism !== "XOAUTH2") return "504 5.5.4 tokens only\r\n";
        if (encoded) return outcome(encoded);
        memory.isAsked = true;
        return "334 \r\n";
      case "NOOP":
      case "RSET":
        return "250 2.0.0 ok\r\n";
      case "QUIT":
        return "221 2.0.0 bye\r\n";
      default:
        return "502 5.5.1 not here\r\n";
    }
  },
};
