// Bytes on the wire: paths, sizes, heads no browser would send.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { newKey, send, sendBytes } from "../lib/http.mjs";
import { png } from "../lib/picture.mjs";

const statusOf = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);

export async function paths({ suite, desk }) {
  const { server } = desk;
  const { url, port } = server;

  await suite.test("no path leads out of the served directories", async () => {
    const console_ = (await send(url, "GET", "/console/")).text;
    const tricks = ["../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/%2e%2e/etc/passwd", "%2e%2e%2f%2e%2e%2fetc/passwd", "..%5c..%5cetc%5cpasswd", "....//....//etc/passwd", "%252e%252e/%252e%252e/etc/passwd", "%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd", "index.html%00.js", "assets/%00", "./index.html", "//etc/passwd", "..;/..;/etc/passwd", "%ff%fe", "package.json", "../package.json", "..%2fsrc%2fmain.tsx"];
    const wrong = [];
    for (const base of ["/", "/console/", "/console/assets/", "/widget/", "/demo/", "/files/", "/files/1/", "/api/v1/"]) {
      for (const trick of tricks) {
        const text = await sendBytes(port, `GET ${base}${trick} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
        const status = statusOf(text);
        // The console answers every address of its own with its one page; that is not a way out.
        const isConsolePage = status === 200 && base.startsWith("/console/") && text.includes("<!doctype html") && console_.length > 0;
        const isRedirect = status === 302 && base === "/" && trick === "";
        if (/root:.*:0:0:/.test(text) || text.includes('"workspaces"') || text.includes("createRoot(")) wrong.push(`${base}${trick} gives a file away`);
        else if (!(status >= 400 && status < 500) && !isConsolePage && !isRedirect) wrong.push(`${base}${trick}: ${text.split("\r\n")[0] || "no answer"}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  await suite.test("a file opens with its own signature only", async () => {
    const upload = async (name) => (await desk.visitor.call("POST", `/api/v1/widget/uploads?name=${name}`, undefined, { raw: png(3, 3), headers: { "content-type": "image/png" } })).attachment;
    const [one, two] = [await upload("one.png"), await upload("two.png")];
    assert.equal((await send(url, "GET", one.url)).status, 200);
    const [, , id, signature, name] = one.url.split("/");
    const other = two.url.split("/")[3];
    const tries = [`/files/${id}/${other}/${name}`, `/files/${two.id}/${signature}/${name}`, `/files/${id}/${signature.slice(0, -1)}/${name}`, `/files/${id}/${signature}x/${name}`, `/files/${id}//${name}`, `/files/${id}`, `/files/${id}/`, `/files/-${id}/${signature}/${name}`, `/files/${id}%20/${signature}/${name}`, `/files/0x${Number(id).toString(16)}/${signature}/${name}`, `/files/999999999999999999999/${signature}/${name}`, `/files/${id}/${signature.toLowerCase() === signature ? signature.toUpperCase() : signature.toLowerCase()}/${name}`];
    for (const path of tries) {
      const answer = await send(url, "GET", path);
      assert.ok(answer.status === 404 || answer.status === 400, `${path}: ${answer.status}`);
    }
  });

  await suite.test("what is too large is refused with 413, before it is read", async () => {
    const body = JSON.stringify({ client_id: newKey(), text: "x".repeat(300_000) });
    const large = await desk.visitor.raw("POST", "/api/v1/widget/conversations", { raw: body });
    assert.equal(large.status, 413);
    assert.equal(large.body.code, "too_large");
    const { authorization } = desk.visitor.credentials();
    const head = `POST /api/v1/widget/uploads?name=big.bin HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\nContent-Type: application/zip\r\n`;
    const claimed = await sendBytes(port, `${head}Content-Length: ${26 * 1024 * 1024}\r\n\r\n`);
    assert.equal(statusOf(claimed), 413, "a length of 26 MB");
    const enormous = await sendBytes(port, `${head}Content-Length: 99999999999999999999\r\n\r\n`);
    assert.ok([400, 413].includes(statusOf(enormous)), enormous.split("\r\n")[0]);
    const chunk = Buffer.alloc(1024 * 1024, 97);
    const status = await new Promise((done) => {
      const socket = connect({ port, host: "127.0.0.1" });
      let answer = "";
      let sent = 0;
      const more = () => {
        while (sent < 40 && !socket.destroyed) {
          sent++;
          const isFlowing = socket.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]));
          if (!isFlowing) return;
        }
      };
      socket.on("connect", () => {
        socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
        more();
      });
      socket.on("drain", more);
      socket.on("data", (bytes) => {
        answer += bytes.toString("latin1");
        done(statusOf(answer));
        socket.destroy();
      });
      socket.on("error", () => done(statusOf(answer) || 413)); // hung up on: refused as well
      socket.on("close", () => done(statusOf(answer)));
    });
    assert.equal(status, 413, "40 MB in chunks");
    const text = await desk.visitor.raw("POST", "/api/v1/widget/conversations", { body: { client_id: newKey(), text: "ü".repeat(10_000) } });
    assert.equal(text.status, 201, "10,000 characters are allowed, whatever they weigh");
  });

  await suite.test("heads no client would send are refused, and the next client is served", async () => {
    const host = `Host: 127.0.0.1:${port}\r\n`;
    const tries = {
      "both lengths": `POST /api/v1/login HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/me HTTP/1.1\r\n${host}\r\n`,
      "two lengths": `POST /api/v1/login HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde`,
      "a negative length": `POST /api/v1/login HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`,
      "white space before the colon": `GET /healthz HTTP/1.1\r\n${host}X-A : b\r\n\r\n`,
      "a folded header": `GET /healthz HTTP/1.1\r\n${host}X-A: b\r\n c\r\n\r\n`,
      "a NUL in a header": `GET /healthz HTTP/1.1\r\n${host}X-A: b\u0000c\r\n\r\n`,
      "a NUL in the path": `GET /healthz\u0000x HTTP/1.1\r\n${host}\r\n`,
      "an endless path": `GET /${"a".repeat(20_000)} HTTP/1.1\r\n${host}\r\n`,
      "an endless header": `GET /healthz HTTP/1.1\r\n${host}X-A: ${"a".repeat(200_000)}\r\n\r\n`,
      "a thousand headers": `GET /healthz HTTP/1.1\r\n${host}${Array.from({ length: 1_000 }, (_, n) => `X-${n}: 1\r\n`).join("")}\r\n`,
      "no host": "GET /healthz HTTP/1.1\r\n\r\n",
      "another protocol": "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
      "garbage": Buffer.from(Array.from({ length: 4_000 }, (_, n) => (n * 7919) & 0xff)),
      "HTTP/3.7": `GET /healthz HTTP/3.7\r\n${host}\r\n`,
      "a broken chunk": `POST /api/v1/login HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n`,
    };
    const wrong = [];
    for (const [what, bytes] of Object.entries(tries)) {
      const text = await sendBytes(port, bytes, { silence: 1_000 });
      const status = statusOf(text);
      if (status !== 0 && !(status >= 400 && status < 506 && status !== 500)) wrong.push(`${what}: ${text.split("\r\n")[0]}`);
      if ((text.match(/HTTP\/1\.1 \d{3} /g) ?? []).length > 1) wrong.push(`${what}: answered twice`);
      if ((await send(url, "GET", "/healthz")).status !== 200) wrong.push(`${what}: the next client is not served`);
    }
    assert.deepEqual(wrong, []);
  });

  await suite.test("the answers carry the heads that keep a browser safe", async () => {
    const page = await send(url, "GET", "/console/");
    assert.match(page.headers["content-security-policy"], /default-src 'self'/);
    assert.doesNotMatch(page.headers["content-security-policy"], /script-src[^;]*unsafe/);
    assert.match(page.headers["content-security-policy"], /frame-ancestors 'none'/);
    for (const path of ["/console/", "/api/v1/me", "/widget.js", "/healthz", "/files/1/x/y"]) assert.equal((await send(url, "GET", path)).headers["x-content-type-options"], "nosniff", path);
    const login = await send(url, "POST", "/api/v1/login", { body: { email: desk.server.login("administrator").email, password: desk.server.login("administrator").password } });
    assert.match(login.headers["set-cookie"][0], /HttpOnly/i);
    assert.match(login.headers["set-cookie"][0], /SameSite=Strict/i);
    const cors = await send(url, "GET", "/api/v1/me", { headers: { origin: "https://evil.example" } });
    assert.equal(cors.headers["access-control-allow-origin"], undefined, "staff paths have no CORS");
    const widget = await send(url, "OPTIONS", "/api/v1/widget/session", { headers: { origin: "https://shop.example", "access-control-request-method": "POST" } });
    assert.equal(widget.status, 204);
    assert.equal(widget.headers["access-control-allow-origin"], "*");
    assert.equal(widget.headers["access-control-allow-credentials"], undefined);
  });
}
