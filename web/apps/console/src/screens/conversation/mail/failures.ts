import type { EmailAddress, Failure, MessageEmail } from "@parley/protocol";
import { type Reason, reasonOf } from "./mail-delivery";

type Envelope = Pick<MessageEmail, "to" | "cc" | "bcc">;

/** In the order in which the server counts them. */
export function recipientsOf({ to, cc, bcc }: Envelope): readonly EmailAddress[] {
  return [...to, ...cc, ...bcc];
}

export function peopleAt(email: Envelope | null, indexes: readonly number[]): EmailAddress[] {
  const all = email ? recipientsOf(email) : [];
  return indexes.flatMap((index) => all[index] ?? []);
}

/** People who did not get a mail, for one reason. */
export interface Refusal {
  people: readonly EmailAddress[];
  reason: Reason;
  status: string;
  /** What the server over there said, for whoever mends it. */
  detail: string;
}

/** Who did not get it and why; those of one reason stand together. */
export function refusalsOf(email: Envelope | null, failures: readonly Failure[]): Refusal[] {
  const byReason = new Map<Reason, Failure[]>();
  for (const failure of failures) {
    const reason = reasonOf(failure.status);
    byReason.set(reason, [...(byReason.get(reason) ?? []), failure]);
  }
  return [...byReason].map(([reason, group]) => ({
    people: peopleAt(
      email,
      group.map(({ recipient }) => recipient),
    ),
    reason,
    status: [...new Set(group.map(({ status }) => status).filter(Boolean))].join(", "),
    detail: [...new Set(group.map(({ error }) => error).filter(Boolean))].join("\n"),
  }));
}

export function addressesOf(people: readonly EmailAddress[], separator: string): string {
  return people.map(({ address }) => address).join(separator);
}
