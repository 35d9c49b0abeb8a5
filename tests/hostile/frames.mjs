// Sockets that misbehave: each is closed alone, and a healthy one beside them goes on.
import assert from "node:assert/strict";
import { Visitor } from "../lib/http.mjs";
import { Link } from "../lib/link.mjs";
import { inbox } from "../lib/shop.mjs";
import { tick, within } from "../lib/wait.mjs";
import { opcode, WebSocket } from "../lib/websocket.mjs";

export async function frames({ suite, desk }) {
  const { server, admin } = desk;
  const { url } = server;
  const visitor = await Visitor.enter(url, inbox.en);
  const healthy = await Link.open(url, { visitor: visitor.token });
  const healthyAgent = await Link.open(url, { cookie: admin.cookie, origin: url });

  const wellBeing = async () => {
    for (const link of [healthy, healthyAgent]) {
      assert.ok(!link.socket.isClosed, "the healthy socket was closed");
      const t = Math.floor(Math.random() * 1e9);
      link.send({ type: "ping", t });
      await link.frame("a pong for the healthy socket", (frame) => frame.type === "pong" && frame.payload.t === t, { within: 5_000 });
    }
  };
  const open = async () => {
    const fresh = await Visitor.enter(url, inbox.en);
    return Link.open(url, { visitor: fresh.token });
  };
  const ending = (link) => within(12_000, "the misbehaving socket to be closed", link.closed);

  const closes = (what, misbehave, codes) =>
    suite.test(`a socket that sends ${what} is closed alone`, async () => {
      const link = await open();
      await misbehave(link.socket, link);
      const { code } = await ending(link);
      assert.ok(codes.includes(code), `closed with ${code}, expected ${codes.join(" or ")}`);
      await wellBeing();
    }, { within: 30_000 });

  await closes("text that is not JSON", (s) => s.send("hello?"), [4009]);
  await closes("a JSON array", (s) => s.send("[1,2,3]"), [4009]);
  await closes("deep JSON", (s) => s.send("[".repeat(20_000)), [4009]);
  await closes("an unknown type", (s) => s.send('{"type":"dance"}'), [4009]);
  await closes("no type", (s) => s.send("{}"), [4009]);
  await closes("a type that is a number", (s) => s.send('{"type":7}'), [4009]);
  await closes("a call without an id", (s) => s.send('{"type":"call","method":"GET","path":"/api/v1/widget/conversations"}'), [4009]);
  await closes("a call with an endless id", (s) => s.send(JSON.stringify({ type: "call", id: "x".repeat(1_000), method: "GET", path: "/api/v1/widget/conversations" })), [4009]);
  await closes("a call with a path of numbers", (s) => s.send('{"type":"call","id":"1","method":"GET","path":17}'), [4009]);
  await closes("typing about a word", (s) => s.send('{"type":"typing","conversation_id":"abc","is_typing":true}'), [4009]);
  await closes("typing without a conversation", (s) => s.send('{"type":"typing","is_typing":true}'), [4009]);
  await closes("an agent's frame", (s) => s.send('{"type":"view","ticket_id":1}'), [4009]);
  await closes("binary", (s) => s.sendFrame(opcode.binary, Buffer.from([1, 2, 3])), [1003]);
  await closes("a message of 70 KB", (s) => s.send(JSON.stringify({ type: "ping", t: "x".repeat(70_000) })), [1009]);
  await closes("a frame that claims 2⁶² bytes", (s) => s.sendFrame(opcode.text, Buffer.from("abc"), { length: 2 ** 62 }), [1009, 1002, 1006]);
  await closes("a thousand small fragments without an end", (s) => {
    s.sendFrame(opcode.text, Buffer.from('{"'), { isLast: false });
    for (let n = 0; n < 1_500; n++) s.sendFrame(opcode.more, Buffer.alloc(100, 97), { isLast: false });
  }, [1009, 1006]); // who is still sending may see the reset before the close frame
  await closes("an unmasked frame", (s) => s.sendFrame(opcode.text, Buffer.from("{}"), { isMasked: false }), [1002, 1006]);
  await closes("reserved bits", (s) => s.sendFrame(opcode.text, Buffer.from("{}"), { bits: 0x70 }), [1002, 1006]);
  await closes("an unknown opcode", (s) => s.sendFrame(5, Buffer.from("{}")), [1002, 1006]);
  await closes("a continuation of nothing", (s) => s.sendFrame(opcode.more, Buffer.from("{}")), [1002, 1006]);
  await closes("a fragmented ping", (s) => s.sendFrame(opcode.ping, Buffer.from("x"), { isLast: false }), [1002, 1006]);
  await closes("a ping of 200 bytes", (s) => s.sendFrame(opcode.ping, Buffer.alloc(200)), [1002, 1006]);
  await closes("invalid UTF-8", (s) => s.sendFrame(opcode.text, Buffer.from([0xc3, 0x28, 0xa0, 0xff])), [1007, 4009]);
  await closes("noise instead of frames", (s) => s.tcp.write(Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919 + 13) & 0xff))), [1002, 1003, 1006, 1007, 1009]);
  await closes("2,000 frames in one go", (s) => {
    for (let n = 0; n < 2_000; n++) s.send('{"type":"ping","t":1}');
  }, [4029]);
  await closes("a flood of pings below the protocol", (s) => {
    for (let n = 0; n < 2_000; n++) s.sendFrame(opcode.ping, Buffer.from("x"));
  }, [4029]);

  await suite.test("100 calls at once on one socket: each is answered or refused, and the socket lives", async () => {
    const link = await Link.open(url, { cookie: admin.cookie, origin: url });
    const answers = await within(20_000, "the answers", Promise.all(Array.from({ length: 100 }, () => link.ask("GET", "/api/v1/tickets"))));
    const statuses = new Set(answers.map((answer) => answer.status));
    for (const status of statuses) assert.ok(status === 200 || status === 429, `status ${status}`);
    assert.ok(answers.some((answer) => answer.status === 200));
    await link.call("GET", "/api/v1/views");
    link.close();
    await wellBeing();
  });

  await suite.test("a call over the socket obeys the same rules as over HTTP", async () => {
    const link = await open();
    const cases = [["POST", "/api/v1/login", { email: "a", password: "b" }, [403, 404]], ["POST", "/api/v1/widget/uploads", {}, [403]], ["GET", "/api/v1/tickets", undefined, [401, 403]], ["GET", "/api/v1/widget/conversations/1/../../me", undefined, [404]], ["GET", "/etc/passwd", undefined, [404]], ["", "", undefined, [404]], ["POST", "/api/v1/widget/conversations", { client_id: 5 }, [400]]];
    for (const [method, path, body, statuses] of cases) {
      const answer = await link.ask(method, path, body);
      assert.ok(statuses.includes(answer.status), `${method} ${path}: ${answer.status}`);
    }
    link.close();
  });

  await suite.test("a broken cursor is a fresh start, not an error", async () => {
    for (const after of ["garbage", "A".repeat(64), "A".repeat(5_000), "%00%ff", "null", "-1", Buffer.alloc(17, 255).toString("base64url")]) {
      const link = await Link.open(url, { visitor: visitor.token }, { after });
      assert.equal(link.hello.resumed, false, after.slice(0, 20));
      link.close();
    }
  });

  await suite.test("200 sockets opened and dropped without a word leave nothing behind", async () => {
    await Promise.all(Array.from({ length: 200 }, async (_, n) => {
      const socket = await WebSocket.open(`${url.replace("http", "ws")}/api/v1/socket`, { protocols: ["parley.v1", `visitor.${visitor.token}`] });
      if (n % 2 === 0) socket.destroy();
      else socket.close();
    }));
    await wellBeing();
    const metrics = async () => Number(/^parley_\S*sockets_open\S* (\d+)/m.exec((await admin.raw("GET", "/metrics")).text)?.[1] ?? Number.NaN);
    for (let n = 0; n < 60 && (await metrics()) > 10; n++) await tick(250);
    const left = await metrics();
    assert.ok(left <= 10, `${left} sockets are still open`);
  });
  healthy.close();
  healthyAgent.close();
}
