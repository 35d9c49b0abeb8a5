/** A look, without starting anything, at what an earlier visit left behind. See core/cache.ts and core/outbox.ts. */
export interface Stored {
  accent: string | null;
  /** Somebody waits for something: an open conversation or an unsent message. */
  is_active: boolean;
}

export function readStored(key: string): Stored {
  try {
    const read = (name: string): Record<string, unknown> =>
      JSON.parse(localStorage.getItem(`parley:${key}:${name}`) ?? "{}");
    const visit = read("visitor");
    const conversations = Array.isArray(visit.conversations) ? visit.conversations : [];
    return {
      accent: typeof visit.accent === "string" ? visit.accent : null,
      is_active:
        typeof visit.token === "string" &&
        (conversations.some((one) => one?.state !== "closed" || one.unread_count > 0) ||
          Object.keys(read("outbox")).length > 0),
    };
  } catch {
    return { accent: null, is_active: false };
  }
}
