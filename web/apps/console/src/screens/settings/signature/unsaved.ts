let kept: { agentId: number; html: string } | null = null;

/** A signature that was begun and not saved: there again when its agent comes back to the page. */
export const unsavedSignature = {
  of: (agentId: number): string | null => (kept?.agentId === agentId ? kept.html : null),
  keep: (agentId: number, html: string): void => {
    kept = { agentId, html };
  },
  forget: (): void => {
    kept = null;
  },
};
