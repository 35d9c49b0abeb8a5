import { ApiError } from "@parley/client";
import type { TicketPatch, TicketState } from "@parley/protocol";
import i18next from "i18next";
import { desk } from "../../app/desk";
import { reportError } from "../../lib/errors";
import type { ShownTicket } from "../../lib/hooks";
import { showToast } from "../../lib/toasts";
import { keptUnread } from "./unread";

const NEXT: Record<TicketState, readonly TicketState[]> = {
  new: ["open", "pending", "on_hold", "solved"],
  open: ["pending", "on_hold", "solved"],
  pending: ["open", "on_hold", "solved"],
  on_hold: ["open", "pending", "solved"],
  solved: ["open", "closed"],
  closed: [],
};

export function nextStates(state: TicketState): readonly TicketState[] {
  return NEXT[state];
}

/** Applies at once; when somebody changed the same thing first, says so and shows his value. */
export async function patch(ticket: ShownTicket, change: TicketPatch): Promise<boolean> {
  try {
    await desk.patchTicket(ticket.id, change);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === "version_conflict") showToast(i18next.t("error.changed_first"));
    else reportError(error);
    return false;
  }
}

async function reopen(ticket: ShownTicket, state: TicketState): Promise<void> {
  const solved = desk.store.state.tickets.get(ticket.id) ?? ticket;
  if (!(await patch(solved, { state: "open" }))) return;
  const open = desk.store.state.tickets.get(ticket.id) ?? ticket;
  if (state === "pending" || state === "on_hold") await patch(open, { state });
}

/** Closing is undone for ten seconds. */
export async function close(ticket: ShownTicket): Promise<void> {
  if (ticket.state === "solved" || ticket.state === "closed") return;
  const before = ticket.state;
  if (await patch(ticket, { state: "solved" })) offerReopen(ticket, before);
}

export function offerReopen(ticket: ShownTicket, before: TicketState): void {
  showToast(i18next.t("conversation.closed", { number: ticket.number }), {
    label: null,
    run: () => void reopen(ticket, before),
  });
}

export async function setState(ticket: ShownTicket, state: TicketState): Promise<void> {
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
