/** The queue lives in the vault and is read again for each step, so that all tabs of a shop work on the same one. */
import { decodePending, list } from "./decode";
import { read, write } from "./vault";
import type { Pending } from "./wire";

export const OUTBOX = "outbox";

export const items = (): Pending[] => list(read(OUTBOX), decodePending);

export const put = (items: Pending[]): void => write(OUTBOX, items);

/** Changes those items that `is` is true for. */
export const change = (is: (item: Pending) => unknown, patch: Partial<Pending>): void =>
  put(items().map((item) => (is(item) ? { ...item, ...patch } : item)));

export const drop = (client_id: string): void => put(items().filter((item) => item.client_id !== client_id));

/** What waits for a start shares its fate. */
export function mark(client_id: string, has_failed: boolean): void {
  const start = items().find((item) => item.client_id === client_id)?.to;
  change((item) => item.client_id === client_id || (typeof start === "string" && item.to === start), { has_failed });
}
