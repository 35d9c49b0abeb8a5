import type {
  AgentBrief,
  Attachment,
  Body,
  ClientFrame,
  DraftKind,
  Me,
  Ticket,
  TicketPatch,
  TicketState,
} from "@parley/protocol";
import { type Api, createApi } from "./api";
import { browserEnvironment, followNetwork, socketUrl } from "./browser";
import { Emitter } from "./emitter";
import { ApiError, isTransient } from "./errors";
import { type EventFrame, feedStore } from "./feed";
import { Http } from "./http";
import { type ListSpec, listKey } from "./lists";
import { type DeskNews, newsOf } from "./news";
import type { NewEntry, Outbox, OutboxEntry } from "./outbox";
import { patchFrom } from "./patching";
import { browserOutbox } from "./posting";
import { Socket } from "./socket";
import { Store } from "./store";

/** Lists looked at longer ago are read again when somebody returns to them. */
const RELOADED_LISTS = 3;
const COUNTS_AFTER_MS = 700;
const COUNTS_APART_MS = 2500;

/** Everything of one logged-in agent: connection, state, outbox. Screens talk to this and to nothing below it. */
export class Desk {
  readonly http: Http;
  readonly api: Api;
  readonly socket: Socket;
  readonly store: Store;
  readonly news = new Emitter<DeskNews>();
  readonly sessionChanged = new Emitter();
  /** What failed without anybody waiting for it. */
  readonly failed = new Emitter<unknown>();
  me: Me | null = null;
  outbox: Outbox | null = null;

  private openTicketId: number | null = null;
  private readonly specs = new Map<string, ListSpec>();
  private countsTimer = 0;
  private countedAt = 0;
  private hadHello = false;

  constructor() {
    this.http = new Http({ onUnauthenticated: () => this.endSession() });
    this.api = createApi(this.http);
    this.socket = new Socket(socketUrl(), browserEnvironment());
    this.store = new Store({
      setTimer: (run, ms) => window.setTimeout(run, ms),
      clearTimer: (id) => window.clearTimeout(id),
      isHidden: () => document.visibilityState === "hidden",
      now: () => performance.now(),
    });
    feedStore(this.socket, this.store, {
      openTicketId: () => this.openTicketId,
      onHello: (isResumed) => this.welcome(isResumed),
      onReset: () => this.reload(),
      onEvent: (frame) => this.announce(frame),
    });
    this.socket.stateChanged.subscribe(() => {
      if (this.socket.state.name === "closed") this.endSession();
    });
    followNetwork(this.socket);
  }

  /** Server time, as well as we know it. */
  now(): number {
    return Date.now() + this.socket.clockOffsetMs;
  }

  can(permission: string): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }

  /** Returns false when nobody is logged in here. */
  async resume(): Promise<boolean> {
    try {
      this.begin(await this.api.me());
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return false;
      throw error;
    }
  }

  async login(body: Body<"log_in">): Promise<void> {
    const answer = await this.api.login(body);
    this.http.setCsrfToken(answer.csrf_token);
    this.begin(await this.api.me());
  }

  async logout(): Promise<void> {
    try {
      await this.api.logout();
    } finally {
      this.endSession();
    }
  }

  updateMe(change: Partial<Me>): void {
    if (!this.me) return;
    this.me = { ...this.me, ...change };
    if (change.agent) this.store.dispatch({ type: "agents", items: [change.agent] });
    this.sessionChanged.emit();
  }

  async setStatus(status: AgentBrief["status"]): Promise<void> {
    const { agent } = await this.api.setStatus(status);
    this.updateMe({ agent });
  }

  async loadList(spec: ListSpec): Promise<void> {
    this.specs.delete(listKey(spec));
    this.specs.set(listKey(spec), spec);
    const page = await this.api.tickets(spec, null);
    this.store.dispatch({ type: "list", spec, page, isFirst: true });
  }

  async loadMore(spec: ListSpec): Promise<void> {
    const list = this.store.state.lists.get(listKey(spec));
    if (!list?.nextCursor) return;
    const page = await this.api.tickets(spec, list.nextCursor);
    this.store.dispatch({ type: "list", spec, page, isFirst: false });
  }

  async openTicket(id: number): Promise<void> {
    this.openTicketId = id;
    this.send({ type: "view", ticket_id: id });
    // Own words do not count: the answer to a post brings them while what stands between is still missing.
    const isOwn = (author: { kind: string; id: number | null }) =>
      author.kind === "agent" && author.id === this.me?.agent.id;
    const known = this.store.state.logs
      .get(id)
      ?.items.filter((message) => !isOwn(message.author))
      .at(-1)?.id;
    const query = known === undefined ? { limit: 50 } : { after: known, limit: 200 };
    const [detail, page] = await Promise.all([this.api.ticket(id), this.api.messages(id, query)]);
    this.store.dispatch({ type: "detail", detail });
    if (known !== undefined && page.has_more) {
      this.store.dispatch({ type: "forget_logs", except: null });
      const newest = await this.api.messages(id, { limit: 50 });
      this.store.dispatch({ type: "log", ticketId: id, page: newest, part: "newest" });
    } else {
      const part = known === undefined ? "newest" : "newer";
      this.store.dispatch({ type: "log", ticketId: id, page, part });
    }
    void this.loadCustomer(detail.ticket.requester.id);
  }

  leaveTicket(id: number): void {
    if (this.openTicketId !== id) return;
    this.openTicketId = null;
    this.send({ type: "view", ticket_id: null });
  }

  async loadOlder(id: number): Promise<void> {
    const first = this.store.state.logs.get(id)?.items[0];
    if (!first) return;
    const page = await this.api.messages(id, { before: first.id, limit: 50 });
    this.store.dispatch({ type: "log", ticketId: id, page, part: "older" });
  }

  async loadCustomer(id: number): Promise<void> {
    const { customer } = await this.api.customer(id);
    this.store.dispatch({ type: "customer", customer });
  }

  /** Shows the change at once; takes it back when the server refuses. */
  async patchTicket(id: number, patch: TicketPatch): Promise<Ticket> {
    // What has arrived and waits for its turn counts: a change of an old version costs another round.
    this.store.flush();
    const base = this.store.state.tickets.get(id);
    if (!base) return (await this.api.patchTicket(id, patch)).ticket;
    this.store.dispatch({ type: "optimistic", ticket: { ...base, ...patch } });
    try {
      const ticket = await patchFrom(this.api, base, patch);
      this.store.dispatch({ type: "tickets", items: [ticket] });
      this.scheduleCounts();
      return ticket;
    } catch (error) {
      this.store.dispatch({ type: "optimistic", ticket: base });
      if (!isTransient(error)) void this.refreshTicket(id);
      throw error;
    }
  }

  /** Takes back the closing of a ticket; one that is not closed, or was closed for good, stays as it is. */
  async reopen(id: number, before: TicketState): Promise<void> {
    this.store.flush();
    if (this.store.state.tickets.get(id)?.state !== "solved") return;
    await this.patchTicket(id, { state: "open" });
    if (before === "pending" || before === "on_hold") await this.patchTicket(id, { state: before });
  }

  /** The same where the closing went with a message: wherever that is, it goes or stays without it. */
  async undoClosing(clientId: string, ticketId: number, before: TicketState): Promise<void> {
    if (!this.outbox?.undoState(clientId, before)) await this.reopen(ticketId, before);
  }

  async refreshTicket(id: number): Promise<void> {
    const detail = await this.api.ticket(id);
    this.store.dispatch({ type: "optimistic", ticket: detail.ticket }, { type: "detail", detail });
  }

  async answerOffer(id: number, isAccepted: boolean): Promise<void> {
    const { ticket } = isAccepted ? await this.api.accept(id) : await this.api.decline(id);
    this.store.dispatch({ type: "tickets", items: [ticket] });
    this.scheduleCounts();
  }

  async markRead(id: number, messageId: number): Promise<void> {
    const answer = await this.api.markRead(id, messageId);
    this.store.dispatch({ type: "read_count", ticketId: id, count: answer.read_count });
  }

  async saveDraft(ticketId: number, kind: DraftKind, text: string): Promise<void> {
    const { draft } = await this.api.saveDraft(ticketId, kind, text);
    this.store.dispatch({ type: "draft", ticketId, draft });
  }

  sendMessage(entry: NewEntry): OutboxEntry | null {
    return this.outbox?.add(entry) ?? null;
  }

  upload(file: File, onProgress: (share: number) => void): Promise<Attachment> {
    return this.api.upload(file, file.name, onProgress);
  }

  send(frame: ClientFrame): void {
    this.socket.send(frame);
  }

  async loadPeople(): Promise<void> {
    const [agents, teams, inboxes] = await Promise.all([this.api.agents(), this.api.teams(), this.api.inboxes()]);
    this.store.dispatch(
      { type: "agents", items: agents.items },
      { type: "teams", items: teams.items },
      { type: "inboxes", items: inboxes.items },
    );
  }

  async loadCounts(): Promise<void> {
    this.store.dispatch({ type: "counts", counts: await this.api.views() });
  }

  private begin(me: Me): void {
    this.me = me;
    this.http.setCsrfToken(me.csrf_token);
    this.store.reset(me.agent.id);
    this.store.dispatch({ type: "agents", items: [me.agent] });
    this.outbox = browserOutbox(me.agent.id, this.api, this.socket, ({ message, ticket }, { undoneTo }) => {
      this.store.dispatch({ type: "tickets", items: [ticket] }, { type: "message", message });
      this.scheduleCounts();
      if (undoneTo) this.reopen(ticket.id, undoneTo).catch((error: unknown) => this.failed.emit(error));
    });
    this.outbox.kick();
    this.hadHello = false;
    this.socket.start();
    this.sessionChanged.emit();
    void this.loadCounts().catch(() => undefined);
    void this.loadPeople().catch(() => undefined);
    const offers: ListSpec = { view: "unassigned", teamId: null, q: "", sort: "updated" };
    void this.loadList(offers).catch(() => undefined);
  }

  private endSession(): void {
    if (!this.me) return;
    this.me = null;
    this.outbox = null;
    this.openTicketId = null;
    this.specs.clear();
    this.socket.stop();
    this.store.reset(0);
    this.sessionChanged.emit();
  }

  private announce({ event }: EventFrame): void {
    if (event.kind === "ticket" || event.kind === "ticket.gone") this.scheduleCounts();
    if (event.kind !== "ticket") return;
    const { ticket, message } = event;
    if (message?.client_id) this.outbox?.confirm(message.client_id);
    if (message?.author.kind === "customer") {
      this.send({ type: "delivered", ticket_id: ticket.id, message_id: message.id });
    }
    for (const news of newsOf(event, this.me?.agent.id ?? 0)) this.news.emit(news);
  }

  private welcome(isResumed: boolean): void {
    if (this.openTicketId !== null) this.send({ type: "view", ticket_id: this.openTicketId });
    if (!isResumed && (this.hadHello || this.specs.size > 0)) this.reload();
    this.hadHello = true;
    this.outbox?.kick();
  }

  /** What was missed is too old to be replayed: read again what is on the screen; drafts and outbox stay. */
  private reload(): void {
    this.store.dispatch({ type: "forget_logs", except: this.openTicketId });
    const recent = [...this.specs.values()].slice(-RELOADED_LISTS);
    this.specs.clear();
    for (const spec of recent) void this.loadList(spec).catch(() => undefined);
    if (this.openTicketId !== null) void this.openTicket(this.openTicketId).catch(() => undefined);
    void this.loadPeople().catch(() => undefined);
    this.scheduleCounts();
  }

  /** Soon after a change; while changes stream in, not again and again. */
  private scheduleCounts(): void {
    if (this.countsTimer !== 0) return;
    const wait = Math.max(COUNTS_AFTER_MS, this.countedAt + COUNTS_APART_MS - performance.now());
    this.countsTimer = window.setTimeout(() => {
      this.countsTimer = 0;
      this.countedAt = performance.now();
      if (this.me) void this.loadCounts().catch(() => undefined);
    }, wait);
  }
}
