import { newKey, Visitor as Session } from "../lib/http.mjs";
import { CallFailed } from "../lib/link.mjs";
import { tick } from "../lib/wait.mjs";
import { between, Peer } from "./peer.mjs";

/** A customer: starts a conversation, writes every few seconds, starts a new one when the old one was closed for good. */
export class ChaosVisitor extends Peer {
  constructor(number, base, inboxKey, tally, pace) {
    super(`visitor ${number}`, base, tally);
    this.inboxKey = inboxKey;
    this.pace = pace;
    this.conversations = new Map();
    this.messages = new Map(); // conversation id -> Map(message id -> message)
    this.current = null;
    this.n = 0;
  }

  async credentials() {
    if (!this.token) {
      const session = await Session.enter(this.base, this.inboxKey, {}, { within: 10_000 });
      this.token = session.token;
      this.id = session.session.customer.id;
      this.name = `visitor ${this.id}`;
    }
    return { visitor: this.token };
  }

  async write() {
    await tick(between(0, 10_000));
    while (this.isActive) {
      this.n++;
      this.add({ what: "message", n: this.n, clientId: newKey("v") });
      await tick(between(...this.pace));
    }
  }

  async perform(item, link) {
    const to = this.current;
    const body = { client_id: item.clientId, text: `${this.name} says ${item.n}` };
    try {
      const { conversation, message } = await this.post(item, link, to === null ? "/api/v1/widget/conversations" : `/api/v1/widget/conversations/${to}/messages`, to === null ? { ...body, name: `Visitor ${this.id}` } : body);
      this.current = conversation.id;
      if (to === null) this.tally.sentAt.delete(item.clientId); // nobody is assigned yet, so nobody it is delivered to
      this.tally.acknowledged.push({ clientId: item.clientId, id: message.id, ticketId: conversation.id, author: this.name, n: item.n });
      this.see(conversation);
      this.keep(conversation.id, message);
    } catch (error) {
      if (!(error instanceof CallFailed) || error.body?.code !== "conversation_closed") throw error;
      this.tally.moved++;
      this.current = null;
      item.clientId = newKey("v");
      item.attempts = 0;
      await this.perform(item, link);
    }
  }

  see(conversation) {
    const known = this.conversations.get(conversation.id);
    if (!known || conversation.updated_at >= known.updated_at) this.conversations.set(conversation.id, conversation);
  }

  keep(conversationId, message) {
    if (!this.messages.has(conversationId)) this.messages.set(conversationId, new Map());
    this.messages.get(conversationId).set(message.id, message);
  }

  apply({ conversation, message }) {
    this.see(conversation);
    if (message) this.keep(conversation.id, message);
  }

  async refetch(link) {
    const { items } = await link.call("GET", "/api/v1/widget/conversations");
    for (const conversation of items) {
      this.see(conversation);
      for (let after = 0; ; ) {
        const page = await link.call("GET", `/api/v1/widget/conversations/${conversation.id}/messages`, undefined, { query: { after, limit: 200 } });
        for (const message of page.items) this.keep(conversation.id, message);
        if (!page.has_more || page.items.length === 0) break;
        after = page.items.at(-1).id;
      }
    }
  }

  /** What this client believes, in a form that compares. */
  picture() {
    const out = {};
    for (const [id, conversation] of this.conversations) out[id] = `${conversation.state} agent ${conversation.agent?.id ?? "-"} messages ${[...(this.messages.get(id)?.keys() ?? [])].sort((a, b) => a - b).join(" ")}`;
    return out;
  }

  /** The same from the server, asked afresh. */
  static async truth(base, token) {
    const session = new Session(base);
    session.token = token;
    const out = {};
    for (const conversation of (await session.call("GET", "/api/v1/widget/conversations")).items) {
      const ids = [];
      for (let after = 0; ; ) {
        const page = await session.call("GET", `/api/v1/widget/conversations/${conversation.id}/messages?after=${after}&limit=200`);
        ids.push(...page.items.map((message) => message.id));
        if (!page.has_more || page.items.length === 0) break;
        after = ids.at(-1);
      }
      out[conversation.id] = `${conversation.state} agent ${conversation.agent?.id ?? "-"} messages ${ids.join(" ")}`;
    }
    return out;
  }
}
