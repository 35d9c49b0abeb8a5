// Waiting for something to become true. Never "wait a while and hope".

export const tick = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks `probe` until it answers something truthy and hands that back; says what was missing when the time is up. */
export async function until(what, probe, { within = 15_000, every = 50 } = {}) {
  const end = Date.now() + within;
  let last;
  for (;;) {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      const state = last instanceof Error ? `; last: ${last.message.split("\n")[0]}` : "";
      throw new Error(`waited ${within / 1000} s for ${what}${state}`);
    }
    await tick(every);
  }
}

/** The promise, or an error that says what took too long. */
export function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
