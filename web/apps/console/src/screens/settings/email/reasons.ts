/** The words a server may give as the reason of a mail's state. Another word is shown as it is. */
export const REASONS = [
  "spam",
  "blocked",
  "loop",
  "too_fast",
  "unknown_recipient",
  "no_sender",
  "crash",
  "failed",
  "newsletter",
  "read_receipt",
  "auto_reply",
  "out_of_office",
  "matched",
  "unmatched",
  "complaint",
  "participant",
  "no_candidate",
  "unknown_ticket",
  "stranger",
  "authentication_failed",
] as const;

export type Reason = (typeof REASONS)[number];

export function knownReason(reason: string): Reason | null {
  return REASONS.find((known) => known === reason) ?? null;
}
