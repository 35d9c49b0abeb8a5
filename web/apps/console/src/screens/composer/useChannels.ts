import type { ReplyChannel } from "@parley/protocol";
import { desk } from "../../app/desk";
import { useTopic } from "../../lib/hooks";
import { canGetMail, channelsOf } from "./reply-channel";

/** Where a reply in this ticket may go. */
export function useChannels(ticketId: number): readonly ReplyChannel[] {
  const ticket = () => desk.store.state.tickets.get(ticketId);
  const began = useTopic(`ticket:${ticketId}`, () => ticket()?.channel);
  const inboxId = useTopic(`ticket:${ticketId}`, () => ticket()?.inbox_id ?? 0);
  const customerId = useTopic(`ticket:${ticketId}`, () => ticket()?.requester.id ?? 0);
  const emailInboxId = useTopic("inboxes", () => desk.store.state.inboxes.get(inboxId)?.email_inbox_id ?? null);
  const hasAddress = useTopic(`customer:${customerId}`, () => canGetMail(desk.store.state.customers.get(customerId)));
  return channelsOf(began, emailInboxId, hasAddress);
}
