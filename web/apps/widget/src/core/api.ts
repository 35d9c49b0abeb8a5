import { base } from "../host";
import { record } from "./decode";
import type { Json } from "./wire";

/** Status 0: nobody answered, the outcome is unknown and the call may be repeated with the same ids. */
export type Answer = [is_ok: boolean, body: Json, status: number, retry_ms: number];

export const session: { token_: string | null } = { token_: null };

export async function call(path: string, body?: unknown): Promise<Answer> {
  try {
    const answer = await fetch(`${base}/api/v1/widget/${path}`, {
      method: body ? "POST" : "GET",
      // Visitor calls carry their token themselves; the shop's cookies must never come along.
      credentials: "omit",
      headers: {
        "Content-Type": "application/json",
        ...(session.token_ && { Authorization: `Visitor ${session.token_}` }),
      },
      signal: AbortSignal.timeout(15e3),
      body: body ? JSON.stringify(body) : null,
    });
    return [answer.ok, record(await answer.json()), answer.status, Number(answer.headers.get("Retry-After")) * 1e3];
  } catch {
    return [false, {}, 0, 0];
  }
}
