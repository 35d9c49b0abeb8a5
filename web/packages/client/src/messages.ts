import type { Message } from "@parley/protocol";

/** The delivery of a message changes, and a mail may be read again. An event that is repeated later brings an older delivery. */
function isNewer(fresh: Message, old: Message): boolean {
  if (old.delivery && !fresh.delivery) return false;
  if (fresh.delivery && old.delivery && fresh.delivery.at !== old.delivery.at) {
    return fresh.delivery.at > old.delivery.at;
  }
  return changing(fresh) !== changing(old);
}

function changing({ text, email, delivery }: Message): string {
  return JSON.stringify([text, email, delivery]);
}

/** Merges by id, keeps id order, returns the old array when nothing is new. `isRenewed`: also what looks the same is new. */
export function mergeMessages(
  old: readonly Message[],
  incoming: readonly Message[],
  isRenewed = false,
): readonly Message[] {
  if (incoming.length === 0) return old;
  const last = old.at(-1)?.id ?? 0;
  if (incoming.length === 1 && incoming[0] && incoming[0].id > last) return [...old, incoming[0]];
  const byId = new Map(old.map((message) => [message.id, message]));
  let isNew = false;
  for (const message of incoming) {
    const known = byId.get(message.id);
    if (known && !isRenewed && !isNewer(message, known)) continue;
    byId.set(message.id, message);
    isNew = true;
  }
  if (!isNew) return old;
  return [...byId.values()].sort((a, b) => a.id - b.id);
}
