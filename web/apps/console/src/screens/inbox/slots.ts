/** Where in the document each row on the screen is drawn. */
export type Slots = ReadonlyMap<number, number>;

/**
 * A row keeps its slot while it is on the screen, and one that comes takes the slot of one that went: filling another
 * ticket's words into a row costs far less than taking one row out of the document and putting another in.
 */
export function assignSlots(before: Slots, ids: readonly number[]): Slots {
  const after = new Map<number, number>();
  const isFree = Array.from({ length: Math.max(before.size, ids.length) }, () => true);
  for (const id of ids) {
    const slot = before.get(id);
    if (slot === undefined || slot >= ids.length) continue;
    after.set(id, slot);
    isFree[slot] = false;
  }
  let next = 0;
  for (const id of ids) {
    if (after.has(id)) continue;
    while (!isFree[next]) next++;
    after.set(id, next++);
  }
  return after;
}
