export const BACKOFF_BASE_MS = 300;
export const BACKOFF_CAP_MS = 30_000;

/** Delay before attempt `attempt` (0 = first retry): 0.3 s × 2ⁿ, capped, then ±50 % so that clients spread out. */
export function backoffDelay(attempt: number, random: () => number = Math.random): number {
  const plain = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 20));
  return Math.round(Math.min(BACKOFF_CAP_MS, plain * (0.5 + random())));
}
