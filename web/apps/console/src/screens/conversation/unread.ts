let ticketId: number | null = null;

/** The open ticket that somebody has just marked unread: it stays so until he leaves it. */
export const keptUnread = {
  get: (): number | null => ticketId,
  set: (id: number): void => {
    ticketId = id;
  },
  clear: (): void => {
    ticketId = null;
  },
};
