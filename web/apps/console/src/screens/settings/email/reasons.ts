/** The words a server may give as the reason of a mail's state. Another word is shown as it is. */
export const REASONS = [
  "spam",
  "blocked",
  "loop",
  "unreadable",
  "machine",
  "too_fast",
  "unknown_recipient",
  "crash",
  "too_large",
  "duplicate",
  "auto_reply",
  "out_of_office",
  "mailing_list",
  "newsletter",
  "bounce",
  "feedback_report",
  "own_mail",
] as const;

/** Oddities of a message, as the reader names them, that are worth a word of ours. */
export type Reason = (typeof REASONS)[number];

export function knownReason(reason: string): Reason | null {
  return REASONS.find((known) => known === reason) ?? null;
}

/** "some_new_word" reads better as "some new word". */
export function plainWord(word: string): string {
  return word.replaceAll("_", " ").trim();
}
