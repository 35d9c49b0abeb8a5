/** Stand-ins for the page and the server, for tests only. */
import { vi } from "vitest";
import { WORDS } from "../panel/words";
import type { Bridge } from "../shared/bridge";
import type { Conversation, Inbox, Message } from "./wire";

export class FakeBox {
  readonly values = new Map<string, string>();
  is_full = false;
  /** localStorage is used like an object; a proxy stands in for what the browser does. */
  readonly storage = new Proxy({} as Record<string, unknown>, {
    get: (_, name) =>
      name === "removeItem" ? (key: string) => this.values.delete(key) : this.values.get(String(name)),
    set: (_, name, value) => {
      if (this.is_full) throw new Error("quota");
      this.values.set(String(name), String(value));
      return true;
    },
  });
}

type Listener = ((event: { data: unknown; code: number }) => void) | null;

export class FakeSocket {
  readonly sent: unknown[] = [];
  is_closed = false;
  onmessage: Listener = null;
  onclose: Listener = null;

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(): void {
    this.is_closed = true;
  }
  receive(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame), code: 0 });
  }
  hello(resumed = true, cursor = "c9"): void {
    this.receive({ v: 1, type: "hello", payload: { resumed, cursor, heartbeat_ms: 1000 } });
  }
  drop(code = 1006): void {
    this.onclose?.({ data: null, code });
  }
}

export const conversation = (patch: Partial<Conversation> = {}): Conversation => ({
  id: 5,
  state: "open",
  agent: null,
  queue: null,
  rating: null,
  can_rate: false,
  created_at: 1,
  updated_at: 1,
  last_message: null,
  agent_read_message_id: null,
  agent_delivered_message_id: null,
  unread_count: 0,
  counted_up_to: 0,
  ...patch,
});

export const message = (id: number, patch: Partial<Message> = {}): Message => ({
  id,
  client_id: null,
  kind: "reply",
  author: { kind: "agent", id: 7, name: "Mei" },
  text: `message ${id}`,
  code: null,
  params: {},
  attachments: [],
  created_at: id,
  ...patch,
});

export const inbox = (patch: Partial<Inbox> = {}): Inbox => ({
  name: "Shop",
  accent: "#123456",
  greeting: "",
  locale: "en",
  is_open: true,
  opens_at: null,
  prechat: { is_enabled: false, fields: [] },
  agents_online: 1,
  upload_max_bytes: 1000,
  ...patch,
});

export const session = (patch: Record<string, unknown> = {}) => ({
  visitor_token: "token-1",
  customer: { id: 1, name: null, email: null, is_verified: false },
  inbox: inbox(),
  workspace: { name: "Shop" },
  conversations: [],
  socket_cursor: "c1",
  ...patch,
});

export interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
  token: string | null;
}

/** A page with a scripted server: `answer` says what each call gets; null means that the network is gone. */
export class World {
  readonly box = new FakeBox();
  readonly calls: Call[] = [];
  readonly sockets: FakeSocket[] = [];
  answer: (call: Call) => { status: number; body: unknown; retry_after?: string } | null = () => null;

  constructor(locale: "en" | "zh" = "en") {
    const { sockets } = this;
    vi.stubGlobal("window", globalThis);
    vi.stubGlobal("location", { href: "https://shop.example/" });
    globalThis.document ??= { title: "Shop" } as Document;
    document.title = "Shop";
    vi.stubGlobal("localStorage", this.box.storage);
    vi.stubGlobal(
      "WebSocket",
      class extends FakeSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols);
          sockets.push(this);
        }
      },
    );
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      const call: Call = {
        method: String(init.method),
        path: url.replace("https://desk.example/api/v1/widget/", ""),
        body: JSON.parse(String(init.body ?? "{}")),
        token: new Headers(init.headers).get("Authorization"),
      };
      this.calls.push(call);
      const answer = this.answer(call);
      if (!answer) throw new TypeError("network");
      return new Response(JSON.stringify(answer.body), {
        status: answer.status,
        headers: answer.retry_after ? { "Retry-After": answer.retry_after } : {},
      });
    });
    const bridge = {
      base_: "https://desk.example",
      is_zh_: locale === "zh",
      settings_: { inbox: "key" },
      frame_: { kids_: { kids_: [] } },
    } as unknown as Bridge;
    vi.stubGlobal(
      "Parley",
      Object.assign(() => undefined, { bridge_: bridge, words: { split: () => WORDS[locale] } }),
    );
  }

  /** The widget as it starts on another page of the shop, or in another tab: nothing is shared but the storage. */
  async desk() {
    vi.resetModules();
    const [desk, { state, hooks }, { link }] = await Promise.all([
      import("./desk"),
      import("./state"),
      import("./link"),
    ]);
    return { ...desk, state, hooks, link, colours: () => desk.colours };
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  posts(): Call[] {
    return this.calls.filter((call) => call.method === "POST" && call.path.startsWith("conversations"));
  }
}
