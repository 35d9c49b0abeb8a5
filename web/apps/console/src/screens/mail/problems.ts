import type { TFunction } from "i18next";

/** What the reader found odd about a mail; true: something of it is missing or looks other than it was sent. */
const PROBLEMS = {
  too_deep: true,
  too_many_parts: true,
  too_many_headers: false,
  header_too_long: false,
  truncated: true,
  text_too_long: true,
  html_too_long: true,
  html_reduced: true,
  empty: false,
  bad_header: false,
  bad_date: false,
  bad_charset: false,
  bad_encoding: true,
  missing_boundary: true,
  missing_end_boundary: false,
  program_left_out: true,
  too_large: true,
  not_read: true,
  internal: true,
} as const;

type Problem = keyof typeof PROBLEMS;
export const PROBLEM_WORDS = Object.keys(PROBLEMS);

function isKnown(word: string): word is Problem {
  return Object.hasOwn(PROBLEMS, word);
}

/** "some_new_word" reads better as "some new word". */
export function plainWord(word: string): string {
  return word.replaceAll("_", " ").trim();
}

/** The oddities as one line; those of which this desk has no words are shown as they came. */
export function problemsText(t: TFunction, problems: readonly string[]): string {
  const words = problems.map((word) => (isKnown(word) ? t(`mailproblem.${word}`) : plainWord(word)));
  return words.join(t("mailproblem.separator"));
}

/** Those an agent has to know of, because he does not see all of the mail. */
export function losses(problems: readonly string[]): string[] {
  return problems.filter((word) => isKnown(word) && PROBLEMS[word]);
}
