import type { Message } from "@parley/protocol";

/** Merges by id, keeps id order, returns the old array when nothing is new. */
export function mergeMessages(old: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  if (incoming.length === 0) return old;
  const last = old.at(-1)?.id ?? 0;
  if (incoming.length === 1 && incoming[0] && incoming[0].id > last) return [...old, incoming[0]];
  const byId = new Map(old.map((message) => [message.id, message]));
  let isNew = false;
  for (const message of incoming) {
    if (byId.has(message.id)) continue;
    byId.set(message.id, message);
    isNew = true;
  }
  if (!isNew) return old;
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
