// Every operation of the server's own description is called with what it does not expect: always a 4xx that names the
// field, never a 5xx. New operations are covered the day they appear.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { send } from "../lib/http.mjs";
import { root } from "../lib/server.mjs";

/** Where two JSON values differ, as JSON pointers. */
function differences(a, b, at = "") {
  const isBranch = (value) => value !== null && typeof value === "object";
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) return a === b ? [] : [at];
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name) => differences(a[name], b[name], `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`));
}

const deep = (levels) => "[".repeat(levels) + "]".repeat(levels);

export async function shapes({ suite, desk }) {
  const { server } = desk;
  const document = (await send(server.url, "GET", "/api/v1/openapi.json")).body;
  const schemas = document.components.schemas;

  await suite.test("hostile shapes: the browser code's copy of the description is up to date", () => {
    const copy = JSON.parse(readFileSync(join(root, "web/packages/protocol/openapi.json"), "utf8"));
    const found = differences(copy, document);
    const shown = found.slice(0, 12).join("\n");
    assert.equal(found.length, 0, `web/packages/protocol/openapi.json differs at ${found.length} places:\n${shown}\nWith a server of this build running: cd web && npm run openapi -- http://127.0.0.1:8080`);
  });

  const resolve = (schema) => {
    if (schema.$ref) return resolve(schemas[schema.$ref.split("/").at(-1)]);
    const real = schema.oneOf?.find((option) => option.type !== "null");
    return real ? { ...resolve(real), isNullable: true } : schema;
  };
  const typesOf = (schema) => [schema.type ?? []].flat();

  /** A value the schema accepts. */
  const good = (raw) => {
    const schema = resolve(raw);
    if (schema.enum) return schema.enum.find((value) => value !== null);
    const types = typesOf(schema);
    if (types.includes("string")) return schema.pattern ? "abcd1234abcd" : "x".repeat(Math.max(schema.minLength ?? 0, Math.min(schema.maxLength ?? 8, 8)));
    if (types.includes("integer") || types.includes("number")) return schema.minimum ?? 1;
    if (types.includes("boolean")) return true;
    if (types.includes("array")) return [];
    if (types.includes("object")) return Object.fromEntries((schema.required ?? []).map((name) => [name, good(schema.properties[name])]));
    return "anything";
  };

  /** Values the schema does not accept: [what it is, value]. */
  const bad = (raw, isRequired) => {
    const schema = resolve(raw);
    const types = typesOf(schema);
    const out = [];
    const add = (what, value) => out.push([what, value]);
    if (types.includes("string")) {
      add("a number", 12345);
      add("an object", { a: 1 });
      add("an array", ["x"]);
      if (schema.enum) add("an unknown word", "no-such-word");
      else {
        add("too long", (schema.pattern ? "a" : "ä").repeat((schema.maxLength ?? 10_000) + 1));
        if (schema.pattern) add("odd characters", "a b\u202e<c>/..");
        if (schema.minLength > 0) add("empty", "");
      }
    } else if (types.includes("integer") || types.includes("number")) {
      add("a word", "abc");
      add("a boolean", true);
      add("an array", [1]);
      if (types.includes("integer")) {
        add("a fraction", 1.5);
        add("beyond 64 bits", 1e30);
      }
      if (schema.minimum !== undefined) add("too small", schema.minimum - 1);
      if (schema.maximum !== undefined) add("too large", schema.maximum + 1);
    } else if (types.includes("boolean")) {
      add("a word", "yes");
      add("a number", 1);
    } else if (types.includes("array")) {
      add("an object", { 0: 1 });
      add("a word", "abc");
      for (const [what, value] of bad(schema.items, true).slice(0, 3)) add(`an item that is ${what}`, [value]);
      add("endless", Array.from({ length: 5_000 }, () => good(schema.items)));
    } else if (types.includes("object")) {
      add("a word", "abc");
      add("an array", []);
    }
    if (isRequired && !types.includes("null") && !schema.isNullable && types.length > 0) add("null", null);
    return out;
  };

  const ids = desk.ids;
  const pathOf = (path) => path.replace(/\{(\w+)\}/g, (_, name) => String(ids[name] ?? 1));

  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
  assert.ok(operations.length > 40, "the description lists the operations");

  const credentials = (operation) => {
    const security = operation.security ?? [];
    if (security.length === 0) return {};
    return security.some((entry) => entry.visitor) ? desk.visitor.credentials() : desk.admin.credentials();
  };

  for (const { path, method, operation } of operations) {
    const json = operation.requestBody?.content?.["application/json"]?.schema;
    const isRaw = Boolean(operation.requestBody?.content?.["application/octet-stream"]);
    const headers = credentials(operation);
    const target = pathOf(path);

    await suite.test(`hostile shapes: ${method} ${path}`, async () => {
      const wrong = [];
      const expect = async (what, options, { status = [400], field = null, at = target } = {}) => {
        const answer = await send(server.url, method, at, { ...options, headers: { ...headers, ...options.headers } });
        const shown = `${what}: ${answer.status} ${answer.text.slice(0, 160)}`;
        if (!status.includes(answer.status)) return wrong.push(`${shown} (expected ${status.join(" or ")})`);
        if (!String(answer.headers["content-type"]).startsWith("application/problem+json")) return wrong.push(`${shown}: not problem+json`);
        const { body } = answer;
        if (!body?.code || !body.title || body.status !== answer.status || !body.request_id) return wrong.push(`${shown}: an incomplete problem`);
        if (answer.status === 400 && body.code !== "invalid_input") return wrong.push(`${shown}: code is not invalid_input`);
        const paths = (body.errors ?? []).map((error) => error.path);
        if (answer.status === 400 && field && !paths.some((named) => named === field || named.startsWith(`${field}/`))) wrong.push(`${shown}: names ${paths.join(" ") || "no field"}, not ${field}`);
      };

      if (method !== "GET" && !isRaw) {
        await expect("broken JSON", { raw: '{"text": "abc' });
        await expect("deep JSON", { raw: deep(5_000) });
        await expect("deep JSON in an object", { raw: `{"a":${deep(200)}}` });
        await expect("invalid UTF-8", { raw: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]) });
        await expect("half a surrogate", { raw: '{"a":"\\ud800"}' });
        await expect("a bare NUL", { raw: Buffer.from('{"a":"x\u0000y"}') });
      }
      if (json) {
        const schema = resolve(json);
        const needed = new Set(schema.required ?? []);
        const valid = good(schema);
        for (const [what, root] of [["an array", []], ["a word", "word"], ["a number", 7]]) await expect(`the body is ${what}`, { body: root });
        for (const name of needed) {
          const { [name]: _, ...rest } = valid;
          await expect(`${name} is missing`, { body: rest }, { field: `/${name}` });
        }
        for (const [name, property] of Object.entries(schema.properties ?? {})) {
          for (const [what, value] of bad(property, needed.has(name))) {
            await expect(`${name} is ${what}`, { body: { ...valid, [name]: value } }, { status: what === "endless" || what === "too long" ? [400, 413] : [400], field: `/${name}` });
          }
        }
      }
      for (const parameter of (operation.parameters ?? []).filter((one) => one.in === "query")) {
        const schema = resolve(parameter.schema);
        const values = schema.enum ? ["no-such-word"] : typesOf(schema).includes("integer") ? ["abc", "1.5", "99999999999999999999999", "-5"] : ["%ff%fe", "x".repeat((schema.maxLength ?? 1000) + 1)];
        for (const value of values) await expect(`?${parameter.name}=${value.slice(0, 30)}`, isRaw ? { raw: "x" } : json ? { body: good(json) } : {}, { at: `${target}?${parameter.name}=${value}` });
      }
      for (const name of [...path.matchAll(/\{(\w+)\}/g)].map(([, found]) => found)) {
        for (const value of ["0", "-1", "abc", "1e3", "99999999999999999999999", "1%00", "%2e%2e"]) {
          const at = path.replace(`{${name}}`, value).replace(/\{(\w+)\}/g, "1");
          await expect(`${name} is ${value}`, json ? { body: good(json) } : {}, { at, status: [400, 404] });
        }
      }
      if (method !== "GET") {
        for (const key of ["short", "x".repeat(65), "white space!", "новый-ключ-123"]) {
          await expect(`the idempotency key “${key.slice(0, 12)}”`, { ...(isRaw ? { raw: "x" } : json ? { body: good(json) } : {}), headers: { "idempotency-key": Buffer.from(key).toString("latin1") } }, { at: isRaw ? `${target}?name=a.txt` : target });
        }
      }
      assert.equal(wrong.length, 0, `\n${wrong.slice(0, 12).join("\n")}${wrong.length > 12 ? `\n… and ${wrong.length - 12} more` : ""}`);
    });
  }

  await suite.test("hostile shapes: no operation is open that should not be", async () => {
    const wrong = [];
    for (const { path, method, operation } of operations) {
      if ((operation.security ?? []).length === 0) continue;
      const json = operation.requestBody?.content?.["application/json"]?.schema;
      const isRaw = Boolean(operation.requestBody?.content?.["application/octet-stream"]);
      const query = (operation.parameters ?? []).filter((one) => one.in === "query" && one.required).map((one) => `${one.name}=${one.schema?.pattern ? "abc" : "file.txt"}`).join("&");
      const at = pathOf(path) + (query ? `?${query}` : "");
      const body = isRaw ? { raw: "x" } : json ? { body: good(json) } : {};
      const isVisitors = operation.security.some((entry) => entry.visitor);
      for (const [who, headers] of [["nobody", {}], ["a made-up bearer", { authorization: "Bearer parley_0123456789abcdef" }], ["a made-up visitor", { authorization: "Visitor AAAA" }], ["the other kind", isVisitors ? desk.admin.credentials() : desk.visitor.credentials()]]) {
        const answer = await send(server.url, method, at, { ...body, headers });
        if (answer.status !== 401) wrong.push(`${method} ${path} for ${who}: ${answer.status} ${answer.text.slice(0, 100)}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  await suite.test("hostile shapes: an unknown address, method and member", async () => {
    const { url } = server;
    assert.equal((await send(url, "GET", "/api/v1/nothing")).status, 404);
    assert.equal((await send(url, "DELETE", "/api/v1/login")).status, 405);
    assert.equal((await send(url, "BREW", "/api/v1/login")).status >= 400, true);
    assert.equal((await send(url, "POST", "/console/")).status, 405);
  });
}
