import { type Answer, type Api, isFinal } from "./api";
import { alone, backoff, newId } from "./basics";
import { decodePosted } from "./decode";
import type { Outbox, Pending } from "./outbox";
import type { Id, Posted } from "./wire";

export interface SenderHooks {
  /** The server has the message. */
  posted(posted: Posted): void;
  /** What was shown as conversation `from` continues as `to`. */
  moved(from: Id | string, to: Id | string): void;
  changed(): void;
  unauthorised(): void;
  page(): { url: string; title: string };
}

/** Empties the outbox, one message at a time and in order, whenever there is a chance that it works. */
export class Sender {
  private is_busy = false;
  private is_asked_again = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly key: string,
    private readonly api: Api,
    private readonly outbox: Outbox,
    private readonly hooks: SenderHooks,
  ) {}

  async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.api.token) return;
    if (this.is_busy) {
      this.is_asked_again = true;
      return;
    }
    this.is_busy = true;
    await alone(`parley-outbox:${this.key}`, () => this.drain());
    this.is_busy = false;
    if (this.is_asked_again) {
      this.is_asked_again = false;
      void this.flush();
    }
  }

  /** Removes what the server confirmed, by answer or by echo, and gives the messages behind a start its real id. */
  settle(client_id: string, conversation_id: Id): void {
    const item = this.outbox.items().find((pending) => pending.client_id === client_id);
    if (!item) return;
    if (typeof item.to === "string") {
      this.outbox.redirect(item.to, conversation_id);
      this.hooks.moved(item.to, conversation_id);
    }
    this.outbox.drop(client_id);
  }

  private async drain(): Promise<void> {
    for (let item = this.outbox.next(); item && this.api.token; item = this.outbox.next()) {
      const answer = await this.post(item);
      if (!this.handle(item, answer)) return;
      this.attempt = 0;
    }
  }

  /** False: stop here, the queue is tried again later. */
  private handle(item: Pending, answer: Answer): boolean {
    if (answer.ok) {
      const posted = decodePosted(answer.body);
      if (posted) this.hooks.posted(posted);
      this.outbox.drop(item.client_id);
    } else if (answer.status === 401) {
      this.hooks.unauthorised();
      return false;
    } else if (typeof item.to === "number" && (answer.code === "conversation_closed" || answer.status === 404)) {
      this.startAnew(item, item.to);
    } else if (isFinal(answer.status)) {
      this.outbox.fail(item.client_id);
    } else {
      this.timer = setTimeout(() => void this.flush(), answer.retry_ms || backoff(this.attempt++));
      return false;
    }
    this.hooks.changed();
    return true;
  }

  private post(item: Pending): Promise<Answer> {
    const { client_id, text, to, who } = item;
    const message = { client_id, text, attachment_ids: item.attachments.map((attachment) => attachment.id) };
    return typeof to === "number"
      ? this.api.call("POST", `conversations/${to}/messages`, message)
      : this.api.call("POST", "conversations", { ...message, ...who, page: this.hooks.page() });
  }

  /** The conversation was closed for good meanwhile: the words open a new one instead of being refused. */
  private startAnew(item: Pending, from: Id): void {
    // A fresh id, because the server answers a repeated one with the first outcome: the refusal.
    const client_id = newId();
    this.outbox.change((other) => (other.client_id === item.client_id ? { ...other, client_id } : other));
    this.outbox.redirect(from, client_id);
    this.hooks.moved(from, client_id);
  }
}
