import { record, string } from "./decode";

/** status 0: nobody answered, the outcome is unknown and the call may be repeated with the same ids. */
export type Answer = { ok: true; body: unknown } | { ok: false; status: number; code: string; retry_ms: number };

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const PATIENCE_MS = 15_000;

export class Api {
  token: string | null = null;

  constructor(
    readonly base: string,
    private readonly fetch: Fetch,
  ) {}

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    try {
      const response = await this.fetch(`${this.base}/api/v1/widget/${path}`, {
        method,
        // Visitor calls carry their token themselves; the shop's cookies must never come along.
        credentials: "omit",
        headers: {
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(this.token ? { Authorization: `Visitor ${this.token}` } : {}),
        },
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer: unknown = response.status === 204 ? null : await response.json();
      if (response.ok) return { ok: true, body: answer };
      return {
        ok: false,
        status: response.status,
        code: string(record(answer).code) ?? "",
        retry_ms: Number(response.headers.get("Retry-After") ?? 0) * 1000,
      };
    } catch {
      return { ok: false, status: 0, code: "", retry_ms: 0 };
    }
  }
}

/** Refusals that a later attempt cannot change. 408 and 429 and all 5xx are worth another try. */
export function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
