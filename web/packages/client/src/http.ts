import { decode, isRecord, type Method } from "@parley/protocol";
import { ApiError, NetworkError } from "./errors";
import { newKey } from "./ids";

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  /** Sent as If-Match. */
  version?: number;
  /** Idempotency key; one is made for every changing request that brings none. */
  key?: string;
  timeoutMs?: number;
}

export interface HttpOptions {
  baseUrl?: string;
  fetch?: typeof fetch;
  onUnauthenticated?: () => void;
}

export function plainQuery(query: Query | undefined): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") out[name] = String(value);
  }
  return out;
}

export class Http {
  private csrfToken = "";
  private readonly baseUrl: string;
  private readonly doFetch: typeof fetch;
  private readonly onUnauthenticated: () => void;

  constructor(options: HttpOptions = {}) {
    this.baseUrl = options.baseUrl ?? "";
    this.doFetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.onUnauthenticated = options.onUnauthenticated ?? (() => undefined);
  }

  setCsrfToken(token: string): void {
    this.csrfToken = token;
  }

  async request(method: Method, path: string, options: RequestOptions = {}): Promise<unknown> {
    const headers = this.headers(method, options);
    if (options.body !== undefined) headers.set("Content-Type", "application/json");
    const init: RequestInit = { method, headers, credentials: "same-origin" };
    if (options.body !== undefined) init.body = JSON.stringify(options.body);
    const search = new URLSearchParams(plainQuery(options.query)).toString();
    const url = this.baseUrl + path + (search ? `?${search}` : "");
    const response = await this.send(url, init, options.timeoutMs ?? 15_000);
    return this.read(response);
  }

  /** Raw bytes with progress; fetch cannot report upload progress, so this one uses XMLHttpRequest. */
  upload(path: string, file: Blob, name: string, onProgress: (share: number) => void): Promise<unknown> {
    const url = `${this.baseUrl}${path}?name=${encodeURIComponent(name)}`;
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      this.headers("POST", {}).forEach((value, header) => {
        request.setRequestHeader(header, value);
      });
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onerror = () => reject(new NetworkError("upload failed"));
      request.onload = () => {
        const body = parseJson(request.responseText);
        if (request.status < 300) resolve(body);
        else reject(new ApiError(decode.problem(request.status, body)));
      };
      request.send(file);
    });
  }

  private headers(method: Method, options: RequestOptions): Headers {
    const headers = new Headers({ Accept: "application/json" });
    if (method !== "GET") {
      headers.set("Idempotency-Key", options.key ?? newKey());
      if (this.csrfToken) headers.set("X-CSRF-Token", this.csrfToken);
    }
    if (options.version !== undefined) headers.set("If-Match", `"${options.version}"`);
    return headers;
  }

  private async send(url: string, init: RequestInit, timeoutMs: number): Promise<Response> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      return await this.doFetch(url, { ...init, signal: abort.signal });
    } catch (error) {
      throw new NetworkError(error instanceof Error ? error.message : "no answer");
    } finally {
      clearTimeout(timer);
    }
  }

  private async read(response: Response): Promise<unknown> {
    const raw = response.status === 204 ? "" : await response.text();
    const body = raw ? parseJson(raw) : null;
    if (response.ok) return body;
    const problem = decode.problem(response.status, body);
    if (response.status === 401 && problem.code === "unauthenticated") this.onUnauthenticated();
    throw new ApiError(problem);
  }
}

function parseJson(raw: string): unknown {
  try {
    const value: unknown = JSON.parse(raw);
    return value;
  } catch {
    return isRecord(raw) ? raw : null;
  }
}
