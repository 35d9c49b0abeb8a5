import type { Ticket, TicketPatch } from "@parley/protocol";
import type { Api } from "./api";
import { ApiError } from "./errors";

const MAX_TRIES = 4;

function isSame(a: Ticket, b: Ticket, field: string): boolean {
  // The first reply opens a new ticket by itself: nobody's decision to respect.
  if (field === "state" && a.state === "new" && b.state === "open") return true;
  const left = Object.entries(a).find(([name]) => name === field)?.[1];
  const right = Object.entries(b).find(([name]) => name === field)?.[1];
  return JSON.stringify(left) === JSON.stringify(right);
}

/**
 * Changes a ticket from the version we know. When it moved meanwhile but the fields in question did not, the change is
 * applied to the new version; when they did, the 412 goes to the caller.
 */
export async function patchFrom(api: Api, base: Ticket, patch: TicketPatch, attempt = 1): Promise<Ticket> {
  try {
    return (await api.patchTicket(base.id, patch, base.version)).ticket;
  } catch (error) {
    const isConflict = error instanceof ApiError && error.code === "version_conflict";
    if (!isConflict || attempt >= MAX_TRIES) throw error;
    const { ticket } = await api.ticket(base.id);
    if (Object.keys(patch).some((field) => !isSame(base, ticket, field))) throw error;
    return patchFrom(api, ticket, patch, attempt + 1);
  }
}
