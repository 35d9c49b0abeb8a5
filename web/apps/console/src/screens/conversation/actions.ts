import { ApiError, type OutboxEntry } from "@parley/client";
import type { ChosenState, TicketPatch, TicketState } from "@parley/protocol";
import i18next from "i18next";
import { desk } from "../../app/desk";
import { reportError } from "../../lib/errors";
import type { ShownTicket } from "../../lib/hooks";
import { showToast } from "../../lib/toasts";
import { keptUnread } from "./unread";

const NEXT: Record<TicketState, readonly ChosenState[]> = {
  new: ["open", "pending", "on_hold", "solved"],
  open: ["pending", "on_hold", "solved"],
  pending: ["open", "on_hold", "solved"],
  on_hold: ["open", "pending", "solved"],
  solved: ["open", "closed"],
  closed: [],
};

export function nextStates(state: TicketState): readonly ChosenState[] {
  return NEXT[state];
}

/** Applies at once; when somebody changed the same thing first, says so and shows his value. */
export async function patch(ticket: ShownTicket, change: TicketPatch): Promise<boolean> {
  try {
    await desk.patchTicket(ticket.id, change);
    return true;
  } catch (error) {
    reportChange(error);
    return false;
  }
}

function reportChange(error: unknown): void {
  if (error instanceof ApiError && error.code === "version_conflict") showToast(i18next.t("error.changed_first"));
  else reportError(error);
}

/** Closing is undone for ten seconds. */
export async function close(ticket: ShownTicket): Promise<void> {
  if (ticket.state === "solved" || ticket.state === "closed") return;
  const before = ticket.state;
  if (await patch(ticket, { state: "solved" })) offerUndo(ticket, () => desk.reopen(ticket.id, before));
}

/** The same for a reply that closes, which may still be on its way. */
export function closesWith(reply: OutboxEntry, ticket: ShownTicket): void {
  offerUndo(ticket, () => desk.undoClosing(reply.clientId, ticket.id, ticket.state));
}

function offerUndo(ticket: ShownTicket, undo: () => Promise<void>): void {
  showToast(i18next.t("conversation.closed", { number: ticket.number }), {
    label: null,
    run: () => void undo().catch(reportChange),
  });
}

export async function setState(ticket: ShownTicket, state: ChosenState): Promise<void> {
  if (state === "solved") await close(ticket);
  else await patch(ticket, { state });
}

export async function markUnread(ticket: ShownTicket): Promise<void> {
  keptUnread.set(ticket.id);
  try {
    await desk.markRead(ticket.id, 0);
  } catch (error) {
    reportError(error);
  }
}
