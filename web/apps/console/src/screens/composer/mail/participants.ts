import type { Customer, EmailAddress, MessageEmail, ReplyOutline } from "@parley/protocol";
import { desk } from "../../../app/desk";
import { useCustomer, useDerived, useTopic } from "../../../lib/hooks";
import { addressKey } from "../../mail/address";
import { isRefused } from "./refused";

/** Everybody in a conversation: who wrote, who was written to, and the addresses of the customer whose it is. */
export function participantsOf(
  mails: readonly MessageEmail[],
  outline: Pick<ReplyOutline, "to" | "cc">,
  customer: Pick<Customer, "identities"> | undefined,
): ReadonlySet<string> {
  const people: EmailAddress[] = mails.flatMap(({ from, to, cc, bcc }) => [from, ...to, ...cc, ...bcc]);
  const own = customer?.identities.filter(({ kind }) => kind === "email").map(({ value }) => value) ?? [];
  return new Set([...[...people, ...outline.to, ...outline.cc].map(({ address }) => address), ...own].map(addressKey));
}

/**
 * Whether the agent may write to an address in a ticket. Where he may write to people of the conversation only, and not all of it is
 * here yet, a stranger may be one of them: then the server decides, and what it has refused is known from then on.
 */
export function useMayWriteTo(
  ticketId: number,
  requesterId: number,
  outline: ReplyOutline | undefined,
): (address: string) => boolean {
  const customer = useCustomer(requesterId);
  const isWhole = useTopic(`log:${ticketId}`, () => desk.store.state.logs.get(ticketId)?.hasOlder === false);
  const people = useDerived(
    `log:${ticketId}`,
    () => {
      const items = desk.store.state.logs.get(ticketId)?.items ?? [];
      return participantsOf(
        items.flatMap(({ email }) => (email ? [email] : [])),
        outline ?? { to: [], cc: [] },
        customer,
      );
    },
    (a, b) => a.size === b.size && [...a].every((one) => b.has(one)),
  );
  return (address) => {
    if (people.has(addressKey(address))) return true;
    if (isRefused(ticketId, address)) return false;
    return !outline || outline.may_add_recipients || !isWhole;
  };
}
