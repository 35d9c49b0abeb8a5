/** A client id of the wire contract: 8 to 64 of A-Za-z0-9_-. randomUUID exists in secure contexts only. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** 0.3 s doubled per attempt, at most 30 s, spread by half so that a restarted server is not hit by everybody at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.min(30_000, 300 * 2 ** attempt) * (0.5 + random());
}

/**
 * Runs `job` while no other tab runs one of the same name. Without Web Locks (insecure context, sandbox) it simply
 * runs: the server recognises repeated client ids, so the lock saves work and keeps order, it is not what makes it safe.
 */
export async function alone<T>(name: string, job: () => Promise<T>): Promise<T> {
  let has_begun = false;
  const run = () => {
    has_begun = true;
    return job();
  };
  try {
    if (globalThis.navigator?.locks) return await navigator.locks.request(name, run);
  } catch (error) {
    if (has_begun) throw error;
  }
  return run();
}

export function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`);
}
