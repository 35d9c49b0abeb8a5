/** Stand-ins for the browser and the server, for tests only. */
import type { Channel, DeskEnv } from "./env";
import type { SocketLike } from "./link";
import { type Box, Vault } from "./vault";
import type { Conversation, Message, Session } from "./wire";

export class FakeBox implements Box {
  readonly values = new Map<string, string>();
  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }
  removeItem(key: string): void {
    this.values.delete(key);
  }
}

type Listener = (event: { data: unknown; code: number }) => void;

export class FakeSocket implements SocketLike {
  readonly sent: unknown[] = [];
  is_closed = false;
  private readonly listeners: [string, Listener][] = [];

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}

  addEventListener(type: string, listener: Listener): void {
    this.listeners.push([type, listener]);
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(): void {
    this.is_closed = true;
  }
  receive(frame: unknown): void {
    this.fire("message", { data: JSON.stringify(frame), code: 0 });
  }
  hello(resumed = true, cursor = "c9"): void {
    this.receive({ v: 1, type: "hello", payload: { resumed, cursor, heartbeat_ms: 1000 } });
  }
  drop(code = 1006): void {
    this.fire("close", { data: null, code });
  }
  private fire(type: string, event: { data: unknown; code: number }): void {
    for (const [name, listener] of this.listeners) if (name === type) listener(event);
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

export const session = (patch: Partial<Session> = {}): Session => ({
  visitor_token: "token-1",
  customer: { id: 1, name: null, email: null, is_verified: false },
  inbox: {
    name: "Shop",
    accent: "#123456",
    greeting: "",
    locale: "en",
    is_open: true,
    opens_at: null,
    prechat: { is_enabled: false, fields: [] },
    agents_online: 1,
    upload_max_bytes: 1000,
  },
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

/** A desk with a scripted server: `answer` says what each call gets; null means that the network is gone. */
export class World {
  readonly box = new FakeBox();
  readonly calls: Call[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly heard: unknown[] = [];
  answer: (call: Call) => { status: number; body: unknown; retry_after?: string } | null = () => null;
  private tell: ((event: { data: unknown }) => void) | null = null;

  readonly channel: Channel = {
    postMessage: (data) => void this.heard.push(data),
    addEventListener: (_, listener) => {
      this.tell = listener;
    },
  };

  env(): DeskEnv {
    return {
      key: "key",
      base: "https://desk.example",
      locale: "en",
      vault: new Vault("parley:key:", this.box),
      channel: this.channel,
      page: () => ({ url: "https://shop.example/", title: "Shop" }),
      open: (url, protocols) => {
        const socket = new FakeSocket(url, protocols);
        this.sockets.push(socket);
        return socket;
      },
      fetch: async (url, init) => {
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
      },
    };
  }

  fromOtherTab(data: unknown): void {
    this.tell?.({ data });
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
