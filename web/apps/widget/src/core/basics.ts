import { full } from "./vault";

/** A client id of the wire contract: 8 to 64 of A-Za-z0-9_-. (randomUUID exists in secure contexts only.) */
export const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");

/** 0.3 s doubled per attempt, at most 30 s, spread by half so that a restarted server is not hit by everybody at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.min(30_000, 300 * 2 ** attempt) * (0.5 + random());
}

/**
 * Runs `job` while no other tab runs one of the same name. Without Web Locks (insecure context, sandbox) it simply
 * runs: the server recognises repeated client ids, so the lock saves work and keeps order, it is not what makes it safe.
 */
export async function alone(name: string, job: () => Promise<void>): Promise<void> {
  let begun: Promise<void> | undefined;
  const run = () => {
    begun ??= job();
    return begun;
  };
  try {
    await navigator.locks.request(full(name), run);
  } catch {
    await run();
  }
}

export const page = (): { url: string; title: string } => ({ url: location.href, title: document.title });
