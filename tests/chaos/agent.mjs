import { newKey } from "../lib/http.mjs";
import { CallFailed } from "../lib/link.mjs";
import { tick } from "../lib/wait.mjs";
import { between, Peer } from "./peer.mjs";

const pick = (list) => list[Math.floor(Math.random() * list.length)];

/** An agent: accepts what is offered, answers who waits, notes, changes states, now and then closes. */
export class ChaosAgent extends Peer {
  constructor(brief, token, base, inboxId, tally) {
    super(brief.email.split("@")[0], base, tally);
    this.id = brief.id;
    this.token = token;
    this.inboxId = inboxId;
    this.tickets = new Map();
    this.followed = new Map(); // ticket id -> Map(message id -> message), for tickets that were ever this agent's
    this.loading = new Set();
    this.n = 0;
  }

  credentials() {
    return { bearer: this.token };
  }

  async work() {
    await tick(between(0, 2_000));
    while (this.isActive) {
      if (this.queue.length < 3 && this.link) this.act();
      await tick(between(1_000, 2_000));
    }
  }

  get mine() {
    return [...this.tickets.values()].filter((ticket) => ticket.assignee_id === this.id && ticket.inbox_id === this.inboxId && ticket.state !== "closed");
  }

  act() {
    const { mine } = this;
    if (mine.length === 0) return;
    const waiting = mine.filter((ticket) => ticket.waiting_since !== null);
    const dice = Math.random();
    if (dice < 0.7 && waiting.length > 0) {
      const ticket = waiting.sort((a, b) => a.waiting_since - b.waiting_since)[0];
      this.add({ what: "reply", kind: "reply", ticketId: ticket.id, n: ++this.n, clientId: newKey("a"), state: Math.random() < 0.05 ? "solved" : undefined });
    } else if (dice < 0.8) this.add({ what: "note", kind: "note", ticketId: pick(mine).id, n: ++this.n, clientId: newKey("a") });
    else if (dice < 0.95) {
      const ticket = pick(mine);
      const change = ticket.state === "solved" ? pick([{ state: "open" }, { state: "closed" }, { priority: "low" }]) : pick([{ state: "pending" }, { state: "on_hold" }, { state: "solved" }, { state: "open" }, { priority: pick(["low", "normal", "high", "urgent"]) }, { tags: [pick(["a", "b", "c"])] }]);
      this.add({ what: "change", ticketId: ticket.id, change, key: newKey("k") });
    } else this.add({ what: "read", ticketId: pick(mine).id });
  }

  async perform(item, link) {
    const ticket = this.tickets.get(item.ticketId);
    try {
      if (item.kind) await this.say(item, link, ticket);
      else if (item.what === "accept") {
        const answer = await link.call("POST", `/api/v1/tickets/${item.ticketId}/accept`, {}, { key: item.key });
        this.tally.accepted++;
        this.see(answer.ticket);
      } else if (item.what === "change") {
        const answer = await link.call("PATCH", `/api/v1/tickets/${item.ticketId}`, item.change, { key: item.key });
        this.tally.changes++;
        this.see(answer.ticket);
      } else await link.call("POST", `/api/v1/tickets/${item.ticketId}/read`, { message_id: ticket?.last_message?.id ?? 0 });
    } catch (error) {
      // Somebody was faster, or the state does not allow it any more: an ordinary answer.
      if (!(error instanceof CallFailed) || ![409, 412, 404].includes(error.status)) throw error;
      if (error.body?.code === "reply_guard") {
        this.tally.guarded++;
        this.see(error.body.ticket);
        item.clientId = newKey("a");
        item.attempts = 0;
        item.seen = error.body.ticket.version;
        await this.perform(item, link);
      } else this.tally.conflicts++;
    }
  }

  async say(item, link, ticket) {
    // The version read when the words were written; a repeat must say the same.
    item.seen ??= ticket?.version ?? 1;
    const body = { client_id: item.clientId, kind: item.kind, text: `${this.name} says ${item.n}`, seen_version: item.seen, ...(item.state ? { state: item.state } : {}) };
    const { message, ticket: after } = await this.post(item, link, `/api/v1/tickets/${item.ticketId}/messages`, body);
    if (item.kind === "note") this.tally.notes++;
    this.tally.acknowledged.push({ clientId: item.clientId, id: message.id, ticketId: item.ticketId, author: this.name, n: item.n });
    this.see(after);
    this.followed.get(item.ticketId)?.set(message.id, message);
  }

  see(ticket) {
    if (ticket.inbox_id !== this.inboxId) return;
    const known = this.tickets.get(ticket.id);
    if (!known || ticket.version >= known.version) this.tickets.set(ticket.id, ticket);
    if (ticket.assignee_id === this.id && !this.followed.has(ticket.id)) this.follow(ticket.id);
    if (ticket.offer?.agent_id === this.id && !this.queue.some((item) => item.what === "accept" && item.ticketId === ticket.id)) this.add({ what: "accept", ticketId: ticket.id, key: newKey("k") });
  }

  follow(ticketId) {
    this.followed.set(ticketId, new Map());
    if (this.link) void this.load(ticketId, this.link);
    else this.mustRefetch = true;
  }

  async load(ticketId, link) {
    try {
      await this.loadMessages(ticketId, link);
    } catch {
      // The next connection fetches everything again.
      this.mustRefetch = true;
      if (this.link) void this.fetchAgain(this.link);
    }
  }

  async loadMessages(ticketId, link) {
    const messages = this.followed.get(ticketId);
    for (let after = 0; ; ) {
      const page = await link.call("GET", `/api/v1/tickets/${ticketId}/messages`, undefined, { query: { after, limit: 200 } });
      for (const message of page.items) messages.set(message.id, message);
      if (!page.has_more || page.items.length === 0) return;
      after = page.items.at(-1).id;
    }
  }

  apply(event) {
    if (event.kind === "ticket.gone") this.tickets.delete(event.ticket_id);
    if (!event.ticket) return;
    this.see(event.ticket);
    if (!event.message) return;
    const messages = this.followed.get(event.ticket.id);
    const isNews = messages !== undefined && !messages.has(event.message.id);
    messages?.set(event.message.id, event.message);
    const sent = this.tally.sentAt.get(event.message.client_id);
    if (isNews && sent && event.ticket.assignee_id === this.id && event.message.author.kind === "customer") {
      this.tally.deliveryMs.push(Date.now() - sent);
      this.tally.sentAt.delete(event.message.client_id);
    }
  }

  async refetch(link) {
    for (let cursor = null; ; ) {
      const page = await link.call("GET", "/api/v1/tickets", undefined, { query: { view: "all", sort: "created", limit: 200, ...(cursor ? { cursor } : {}) } });
      for (const ticket of page.items) this.see(ticket);
      cursor = page.next_cursor;
      if (!cursor) break;
    }
    for (const ticketId of [...this.followed.keys()]) await this.loadMessages(ticketId, link);
  }

  picture() {
    const out = {};
    for (const [id, ticket] of this.tickets) {
      const messages = this.followed.get(id);
      out[id] = `${ticketLine(ticket)}${messages ? ` messages ${[...messages.keys()].sort((a, b) => a - b).join(" ")}` : ""}`;
    }
    return out;
  }
}

export const ticketLine = (ticket) => `v${ticket.version} ${ticket.state} assignee ${ticket.assignee_id ?? "-"} last ${ticket.last_message?.id ?? "-"}`;
