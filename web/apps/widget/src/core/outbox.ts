import { list, shape } from "./decode";
import type { Vault } from "./vault";
import type { Attachment, Id } from "./wire";

/** Who starts a conversation, from the form in front of it. */
export interface Who {
  name?: string;
  email?: string;
}

/**
 * A message the server has not confirmed. `to` is a conversation, or the client id of the pending message that starts
 * it (its own, for that message). The client id never changes, so sending twice is the same as sending once.
 */
export interface Pending {
  client_id: string;
  to: Id | string;
  text: string;
  attachments: Attachment[];
  who: Who;
  at: number;
  has_failed: boolean;
}

const NAME = "outbox";

const decodePending = shape<Pending>({
  client_id: "string",
  text: "string",
  attachments: "array",
  who: "object",
  at: "number",
});

/** The queue lives in the vault and is read again for each step, so that all tabs of a shop work on the same one. */
export class Outbox {
  constructor(private readonly vault: Vault) {}

  items(): Pending[] {
    return list(this.vault.read(NAME), decodePending);
  }

  add(item: Pending): void {
    this.vault.write(NAME, [...this.items(), item]);
  }

  change(change: (item: Pending) => Pending): void {
    this.vault.write(NAME, this.items().map(change));
  }

  has(client_id: string): boolean {
    return this.items().some((item) => item.client_id === client_id);
  }

  /** The next one to send. What waits for a start that failed is not sendable; it fails together with it. */
  next(): Pending | null {
    return this.items().find((item) => !item.has_failed) ?? null;
  }

  drop(client_id: string): void {
    if (this.has(client_id))
      this.vault.write(
        NAME,
        this.items().filter((item) => item.client_id !== client_id),
      );
  }

  /** A conversation got its real id (or a closed one was replaced by a new start). */
  redirect(from: Id | string, to: Id | string): void {
    this.change((item) => (item.to === from ? { ...item, to } : item));
  }

  fail(client_id: string): void {
    this.change((item) =>
      item.client_id === client_id || item.to === client_id ? { ...item, has_failed: true } : item,
    );
  }

  retry(client_id: string): void {
    const target = this.items().find((item) => item.client_id === client_id)?.to;
    this.change((item) =>
      item.client_id === client_id || (typeof target === "string" && item.to === target)
        ? { ...item, has_failed: false }
        : item,
    );
  }

  clear(): void {
    this.vault.erase(NAME);
  }
}
