import type { EmailFields } from "@parley/protocol";
import { addressKey, parseAddresses } from "../../mail/address";

/** Whom the server would not let an agent write to, by ticket: the field then says so, also where this desk could not know. */
const refused = new Map<number, ReadonlySet<string>>();

type Lists = Pick<EmailFields, "to" | "cc" | "bcc">;

/** The address a pointer such as `/email/to/0` stands for. The requester of a new mail is the first it goes to. */
export function refusedIn(fields: Lists, pointer: string | null): string[] {
  const place = pointer === "/requester/email" ? "/email/to/0" : (pointer ?? "");
  const [, list, index] = /^\/email\/(to|cc|bcc)\/(\d+)$/.exec(place) ?? [];
  const all = list === "to" || list === "cc" || list === "bcc" ? fields[list] : null;
  return parseAddresses(all?.[Number(index)] ?? "").map(({ address }) => addressKey(address));
}

export function rememberRefused(ticketId: number, keys: readonly string[]): void {
  if (keys.length > 0) refused.set(ticketId, new Set([...(refused.get(ticketId) ?? []), ...keys]));
}

export function isRefused(ticketId: number, address: string): boolean {
  return refused.get(ticketId)?.has(addressKey(address)) ?? false;
}
