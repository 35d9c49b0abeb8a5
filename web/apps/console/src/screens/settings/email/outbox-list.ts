import type { MailAdmin } from "@parley/protocol";

export type StateFilter = MailAdmin.OutState | "";

/** Without a filter: what waits, and what is stuck as long as nobody has dealt with it. */
export function belongs(
  { state, settled_at }: Pick<MailAdmin.OutboxItem, "state" | "settled_at">,
  filter: StateFilter,
): boolean {
  if (filter !== "") return state === filter;
  return settled_at === null && state !== "cancelled" && state !== "sent" && state !== "delivered";
}
