import type { Message } from "@parley/protocol";

/** Only the delivery of a message ever changes; an event that is repeated later brings an older one. */
function isNewer(fresh: Message, old: Message): boolean {
  if (!fresh.delivery) return false;
  if (!old.delivery) return true;
  if (fresh.delivery.at !== old.delivery.at) return fresh.delivery.at > old.delivery.at;
  return JSON.stringify(fresh.delivery) !== JSON.stringify(old.delivery);
}

/** Merges by id, keeps id order, returns the old array when nothing is new. */
export function mergeMessages(old: readonly Message[], incoming: readonly Message[]): readonly Message[] {
  if (incoming.length === 0) return old;
  const last = old.at(-1)?.id ?? 0;
  if (incoming.length === 1 && incoming[0] && incoming[0].id > last) return [...old, incoming[0]];
  const byId = new Map(old.map((message) => [message.id, message]));
  let isNew = false;
  for (const message of incoming) {
    const known = byId.get(message.id);
    if (known && !isNewer(message, known)) continue;
    byId.set(message.id, message);
    isNew = true;
  }
  if (!isNew) return old;
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
