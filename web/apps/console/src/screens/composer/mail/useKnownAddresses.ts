import type { Customer, EmailAddress } from "@parley/protocol";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { desk } from "../../../app/desk";
import { sameItems, useCan, useDerived } from "../../../lib/hooks";
import { addressKey, withoutRepeats } from "../../mail/address";

const SHOWN_MAX = 6;

/** Everybody who wrote or was written to in a conversation, the newest first. */
export function useThreadAddresses(ticketId: number): readonly EmailAddress[] {
  const select = (): EmailAddress[] => {
    const items = desk.store.state.logs.get(ticketId)?.items ?? [];
    const mails = items.flatMap((message) => (message.email ? [message.email] : [])).reverse();
    return withoutRepeats(mails.flatMap((mail) => [mail.from, ...mail.to, ...mail.cc]));
  };
  return useDerived(`log:${ticketId}`, select, (a, b) => sameItems(a.map(keyOf), b.map(keyOf)));
}

function keyOf({ name, address }: EmailAddress): string {
  return `${name}<${addressKey(address)}>`;
}

function addressesOf({ name, identities }: Customer): EmailAddress[] {
  return identities.filter((one) => one.kind === "email").map((one) => ({ name, address: one.value }));
}

/** What fits to what has been typed and is not chosen yet: first from the conversation, then from the customers. */
export function useKnownAddresses(
  typed: string,
  known: readonly EmailAddress[],
  chosen: readonly EmailAddress[],
): EmailAddress[] {
  const canAsk = useCan("customer.read");
  const needle = typed.trim().toLowerCase();
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(needle), 200);
    return () => clearTimeout(timer);
  }, [needle]);
  const { data } = useQuery({
    queryKey: ["address-customers", asked],
    enabled: canAsk && asked.length > 1,
    queryFn: () => desk.api.customers(asked, null),
  });
  if (needle === "") return [];
  const taken = new Set(chosen.map((one) => addressKey(one.address)));
  const isHit = ({ name, address }: EmailAddress) => `${name} ${address}`.toLowerCase().includes(needle);
  const customers = asked.length > 1 ? (data?.items ?? []).flatMap(addressesOf) : [];
  return withoutRepeats([...known.filter(isHit), ...customers])
    .filter((one) => !taken.has(addressKey(one.address)))
    .slice(0, SHOWN_MAX);
}
