import { useState } from "react";

/** How many rows have to move to get from one order to the other; new and gone ones count as moved. */
export function movedCount(shown: readonly number[], actual: readonly number[]): number {
  const place = new Map(shown.map((id, index) => [id, index]));
  const arrived = actual.filter((id) => !place.has(id)).length;
  const stays = new Set(actual);
  const gone = shown.filter((id) => !stays.has(id)).length;
  const tails: number[] = [];
  let kept = 0;
  for (const id of actual) {
    const index = place.get(id);
    if (index === undefined) continue;
    kept++;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    tails[low] = index;
  }
  return arrived + gone + kept - tails.length;
}

/**
 * While held, rows stay where they were; `release` shows the true order. Pages loaded meanwhile are appended. Keeps something
 * only while held: an order that streams in otherwise is drawn once.
 */
export function useHeldOrder(ids: readonly number[], isHeld: boolean) {
  const [held, setHeld] = useState<readonly number[] | null>(null);
  const release = (): void => setHeld(ids);
  if (!isHeld) {
    if (held) setHeld(null);
    return { order: ids, moved: 0, release };
  }
  if (!held || appendedTo(held, ids)) {
    if (held !== ids) setHeld(ids);
    return { order: ids, moved: 0, release };
  }
  return { order: held, moved: movedCount(held, ids), release };
}

function appendedTo(shown: readonly number[], ids: readonly number[]): boolean {
  return ids.length >= shown.length && shown.every((id, index) => ids[index] === id);
}
