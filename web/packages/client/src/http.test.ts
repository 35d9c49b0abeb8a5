import { describe, expect, it } from "vitest";
import { ApiError, isTransient, NetworkError } from "./errors";
import { Http } from "./http";

interface Seen {
  url: string;
  init: RequestInit;
}

function makeHttp(status: number, body: unknown) {
  const seen: Seen[] = [];
  const http = new Http({
    fetch: async (url, init) => {
      seen.push({ url: String(url), init: init ?? {} });
      return new Response(status === 204 ? null : JSON.stringify(body), { status });
    },
  });
  http.setCsrfToken("token");
  const header = (name: string, index = 0) => new Headers(seen[index]?.init.headers).get(name);
  return { http, seen, header };
}

describe("Http", () => {
  it("gives every change a key of its own and the CSRF token, a read neither", async () => {
    const { http, header, seen } = makeHttp(200, {});
    await http.request("PATCH", "/a", { body: { x: 1 }, version: 4 });
    await http.request("PATCH", "/a", { body: { x: 1 } });
    await http.request("GET", "/a", { query: { q: "a b", cursor: null, limit: 5 } });
    expect(header("Idempotency-Key")).toMatch(/^[\w-]{8,64}$/);
    expect(header("Idempotency-Key")).not.toBe(header("Idempotency-Key", 1));
    expect(header("X-CSRF-Token")).toBe("token");
    expect(header("If-Match")).toBe('"4"');
    expect(header("Idempotency-Key", 2)).toBeNull();
    expect(seen[2]?.url).toBe("/a?q=a+b&limit=5");
  });

  it("turns a problem document into an error with its code", async () => {
    const { http } = makeHttp(409, { code: "reply_guard", title: "t", changes: [1] });
    const error = await http.request("POST", "/a", { body: {} }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "reply_guard", status: 409 });
    expect(isTransient(error)).toBe(false);
  });

  it("knows what may work later", async () => {
    expect(isTransient(new NetworkError("x"))).toBe(true);
    const { http } = makeHttp(503, { code: "unavailable" });
    const error = await http.request("GET", "/a").catch((caught: unknown) => caught);
    expect(isTransient(error)).toBe(true);
  });

  it("says when the session is over, but not when a password was wrong", async () => {
    let ended = 0;
    for (const code of ["unauthenticated", "bad_credentials"]) {
      const http = new Http({
        fetch: async () => new Response(JSON.stringify({ code }), { status: 401 }),
        onUnauthenticated: () => {
          ended++;
        },
      });
      await http.request("GET", "/a").catch(() => undefined);
    }
    expect(ended).toBe(1);
  });
});
