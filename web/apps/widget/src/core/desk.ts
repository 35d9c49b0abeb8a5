import { Api } from "./api";
import { backoff, newId } from "./basics";
import { EMPTY_VISIT, eraseVisit, readVisit, writeVisit } from "./cache";
import { number, record } from "./decode";
import type { DeskEnv, DeskHooks } from "./env";
import { applyFrame } from "./frames";
import { refetch, syncThread } from "./history";
import { Link } from "./link";
import { Outbox, type Who } from "./outbox";
import { Sender } from "./sender";
import { type Identity, negotiate } from "./session";
import { type DeskState, EMPTY_STATE, patchConversation, withConversation, withMessages } from "./state";
import { countMessage } from "./thread";
import type { Attachment, Conversation, Id, Message } from "./wire";

const BLINK_MS = 1_000;
const SAVE_MS = 200;
const TYPING_EVERY_MS = 3_000;

/** Everything the widget knows and does, without a pixel. */
export class Desk {
  state: DeskState = EMPTY_STATE;
  hooks: DeskHooks = { changed() {}, moved() {}, arrived() {} };
  readonly api: Api;
  private readonly outbox: Outbox;
  private readonly link: Link;
  private readonly sender: Sender;
  private identity: Identity | null = null;
  private external_id: string | null = null;
  private reading: Id | null = null;
  private last_thread: Id | null = null;
  private read_up_to: Record<Id, Id> = {};
  private attempt = 0;
  private epoch = 0;
  private typed_at = 0;
  private start_timer: ReturnType<typeof setTimeout> | undefined;
  private blink_timer: ReturnType<typeof setTimeout> | undefined;
  private save_timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly env: DeskEnv) {
    this.api = new Api(env.base, env.fetch);
    this.outbox = new Outbox(env.vault);
    this.link = new Link(env.base, env.open, {
      frame: (frame) => applyFrame(this, this.link, frame),
      live: (resumed) => this.linkLive(resumed),
      lost: (attempt) => this.linkLost(attempt),
      refused: (code) => (code === 4003 ? this.update({ phase: "refused" }) : this.renew()),
    });
    this.sender = new Sender(env.key, this.api, this.outbox, {
      posted: (posted) => this.apply(posted),
      moved: (from, to) => this.hooks.moved(from, to),
      changed: () => this.outboxChanged(),
      unauthorised: () => this.renew(),
      page: env.page,
    });
    env.channel?.addEventListener("message", (event) => this.hear(record(event.data)));
    this.recall();
  }

  /** Somebody has chatted from this browser before. */
  isKnown(): boolean {
    return readVisit(this.env.vault).token !== null;
  }

  // ------------------------------------------------------------------ session

  async start(): Promise<void> {
    const { phase } = this.state;
    if (phase === "starting" || phase === "ready") return;
    clearTimeout(this.start_timer);
    this.update({ phase: "starting" });
    const epoch = ++this.epoch;
    const result = await negotiate(this.env, this.api, this.identity, () => epoch === this.epoch);
    if (result.is === "stale") return;
    if (result.is !== "ready") {
      if (result.is === "later") this.startLater();
      this.update({ phase: result.is === "later" ? "waiting" : "refused" });
      return;
    }
    const { session } = result;
    this.external_id = result.external_id;
    // A visitor the desk did not know any more comes back as a new one, without the old conversations.
    const is_same = session.conversations.some((it) => it.id === this.last_thread);
    if (!is_same) this.last_thread = null;
    this.attempt = 0;
    this.online();
    this.update({
      phase: "ready",
      inbox: session.inbox,
      workspace: session.workspace.name,
      customer: session.customer,
      accent: session.inbox.accent,
      conversations: session.conversations,
      threads: is_same ? this.state.threads : {},
    });
    this.link.start(session.visitor_token, session.socket_cursor);
    if (this.last_thread !== null) void syncThread(this, this.last_thread);
    void this.sender.flush();
  }

  /** A visitor with a known name keeps one session; another name never sees the first one's words. */
  identify(identity: Identity): void {
    this.identity = identity;
    if (this.external_id !== null && this.external_id !== identity.external_id) this.forget();
    else if (this.state.phase !== "idle" && this.external_id !== identity.external_id) this.update({ phase: "idle" });
  }

  logout(): void {
    this.identity = null;
    this.forget();
    this.env.channel?.postMessage({ type: "bye" });
  }

  // ------------------------------------------------------------- conversation

  /** Returns what the message is shown under until the server names the conversation. */
  send(to: Id | string | null, text: string, attachments: Attachment[], who: Who = {}): Id | string {
    const client_id = newId();
    const target = to ?? client_id;
    this.outbox.add({ client_id, to: target, text, attachments, who, at: Date.now(), has_failed: false });
    this.outboxChanged();
    this.env.channel?.postMessage({ type: "outbox" });
    void this.sender.flush();
    return target;
  }

  retry(client_id: string): void {
    this.outbox.retry(client_id);
    this.outboxChanged();
    void this.sender.flush();
  }

  /** The conversation on the screen (null: none, or nobody looks). */
  setReading(id: Id | null): void {
    this.reading = id;
    if (id !== null) this.markRead();
  }

  async open(id: Id): Promise<void> {
    this.last_thread = id;
    await syncThread(this, id);
    this.markRead();
  }

  typing(id: Id, is_typing: boolean): void {
    const now = Date.now();
    if (is_typing && now - this.typed_at < TYPING_EVERY_MS) return;
    this.typed_at = is_typing ? now : 0;
    this.link.send({ type: "typing", conversation_id: id, is_typing });
  }

  // ------------------------------------------------------------------ network

  wake(): void {
    if (this.state.phase === "waiting") void this.start();
    this.link.wake();
    void this.sender.flush();
  }

  networkLost(): void {
    this.link.drop();
    this.cutOff(0);
  }

  apply({ conversation, message }: { conversation: Conversation; message: Message | null }): void {
    const old = this.state.conversations.find((known) => known.id === conversation.id);
    const thread = this.state.threads[conversation.id];
    let state = withConversation(this.state, conversation);
    if (message) state = patchConversation(state, conversation.id, (it) => countMessage(it, message));
    // Only a thread that is loaded from its start or its tail may grow; into any other the message would leave a gap.
    if (message && (!old || thread)) state = withMessages(state, conversation.id, [message]);
    this.replace(state);
    if (message?.client_id) this.sender.settle(message.client_id, conversation.id);
    this.outboxChanged();
    this.markRead();
    if (message) this.hooks.arrived({ conversation, message });
  }

  replace(state: DeskState): void {
    this.state = state;
    clearTimeout(this.save_timer);
    if (state.phase !== "idle") this.save_timer = setTimeout(() => this.save(), SAVE_MS);
    this.hooks.changed();
  }

  save(): void {
    clearTimeout(this.save_timer);
    if (!this.api.token) return;
    const { conversations, accent, unrated, threads } = this.state;
    const thread_id = this.last_thread;
    writeVisit(this.env.vault, {
      token: this.api.token,
      cursor: this.link.cursor,
      external_id: this.external_id,
      accent,
      conversations,
      thread_id,
      thread: thread_id === null ? null : (threads[thread_id] ?? null),
      unrated,
    });
  }

  // ------------------------------------------------------------------ private

  private update(patch: Partial<DeskState>): void {
    this.replace({ ...this.state, ...patch });
  }

  private recall(): void {
    const visit = readVisit(this.env.vault);
    this.external_id = visit.external_id;
    this.last_thread = visit.thread_id;
    const { accent, conversations, unrated, thread_id, thread } = visit;
    const threads = thread_id !== null && thread ? { [thread_id]: thread } : {};
    this.state = { ...EMPTY_STATE, accent, conversations, unrated, threads, pending: this.outbox.items() };
  }

  private startLater(): void {
    this.start_timer = setTimeout(() => void this.start(), backoff(this.attempt++));
    this.cutOff(0);
  }

  private forget(): void {
    this.epoch++;
    this.link.stop();
    this.api.token = null;
    eraseVisit(this.env.vault);
    this.outbox.clear();
    this.external_id = null;
    this.last_thread = null;
    this.read_up_to = {};
    clearTimeout(this.start_timer);
    clearTimeout(this.save_timer);
    this.online();
    this.state = { ...EMPTY_STATE, accent: this.state.accent };
    this.hooks.changed();
  }

  /** The token is not known any more. What was typed stays in the outbox for the next session. */
  private renew(): void {
    this.api.token = null;
    writeVisit(this.env.vault, { ...EMPTY_VISIT, accent: this.state.accent });
    this.update({ phase: "waiting", conversations: [], threads: {} });
    this.last_thread = null;
    void this.start();
  }

  private linkLive(resumed: boolean): void {
    this.online();
    if (!resumed) void refetch(this);
    void this.sender.flush();
  }

  /** Some networks let requests through but no sockets: ask at the pace of the reconnects then. */
  private linkLost(attempt: number): void {
    this.cutOff(BLINK_MS);
    if (attempt > 2 && this.api.token) void refetch(this);
  }

  private online(): void {
    clearTimeout(this.blink_timer);
    if (this.state.is_offline) this.update({ is_offline: false });
  }

  private cutOff(delay: number): void {
    clearTimeout(this.blink_timer);
    this.blink_timer = setTimeout(() => this.update({ is_offline: true }), delay);
  }

  private outboxChanged(): void {
    this.update({ pending: this.outbox.items() });
  }

  private hear(message: Record<string, unknown>): void {
    if (message.type === "outbox") this.outboxChanged();
    if (message.type === "read")
      this.replace(patchConversation(this.state, number(message.id), () => ({ unread_count: 0 })));
    if (message.type === "bye" && this.state.phase !== "idle") this.forget();
  }

  markRead(): void {
    const id = this.reading;
    if (id === null || this.state.phase !== "ready") return;
    const last = this.state.threads[id]?.messages.at(-1)?.id ?? 0;
    const is_unread = this.state.conversations.some((c) => c.id === id && c.unread_count > 0);
    if (!is_unread || last <= 0) return;
    this.replace(patchConversation(this.state, id, () => ({ unread_count: 0 })));
    if ((this.read_up_to[id] ?? 0) >= last) return;
    this.read_up_to[id] = last;
    this.env.channel?.postMessage({ type: "read", id });
    void this.api.call("POST", `conversations/${id}/read`, { message_id: last }).then((answer) => {
      if (!answer.ok) delete this.read_up_to[id];
    });
  }
}
