/** Empties the outbox, one message at a time and in order, whenever there is a chance that it works. */
import { call, session } from "./api";
import { alone, backoff, newId, page } from "./basics";
import { decodePage } from "./decode";
import { apply, outboxChanged, renew } from "./desk";
import { change, drop, items, mark } from "./outbox";
import { hooks } from "./state";
import type { Id } from "./wire";

let attempt = 0;
let timer: ReturnType<typeof setTimeout>;
let queue = Promise.resolve();

/** A conversation got its real id, or one closed for good was replaced by a new start. */
function move(from: Id | string, to: Id | string): void {
  change((item) => item.to === from, { to });
  hooks.moved_(from, to);
}

/** Removes what the server confirmed, by answer or by echo, and gives the messages behind a start its real id. */
export function settle(client_id: string, conversation_id: Id): void {
  const item = items().find((pending) => pending.client_id === client_id);
  if (typeof item?.to === "string") move(item.to, conversation_id);
  if (item) drop(client_id);
}

async function drain(): Promise<void> {
  clearTimeout(timer);
  for (;;) {
    // What waits for a start that failed is not sendable; it failed together with it.
    const item = items().find(({ has_failed }) => !has_failed);
    if (!item || !session.token_) return;
    const { client_id, to, text, who, attachments } = item;
    const is_start = typeof to === "string";
    const [is_ok, body, status, retry_ms] = await call(`conversations${is_start ? "" : `/${to}/messages`}`, {
      client_id,
      text,
      attachment_ids: attachments.map((attachment) => attachment.id),
      ...(is_start && { ...who, page: page() }),
    });
    if (is_ok) {
      apply(decodePage(body));
      drop(client_id);
    } else if (status === 401) return renew();
    else if (!is_start && (body.code === "conversation_closed" || status === 404)) {
      // The conversation was closed for good meanwhile: the words open a new one instead of being refused. A fresh
      // id, because the server answers a repeated one with the first outcome: the refusal.
      const fresh = newId();
      change((other) => other.client_id === client_id, { client_id: fresh });
      move(to, fresh);
    } else if (status > 399 && status < 500 && status !== 408 && status !== 429) mark(client_id, true);
    else {
      timer = setTimeout(flush, retry_ms || backoff(attempt++));
      return;
    }
    attempt = 0;
    outboxChanged();
  }
}

export function flush(): void {
  queue = queue.then(() => alone("sender", drain));
}
