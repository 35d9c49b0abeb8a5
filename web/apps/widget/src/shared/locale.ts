export type Locale = "en" | "zh";

/** The first wish that is one of ours; English when none is. */
export function pickLocale(...wishes: (string | null | undefined)[]): Locale {
  return /zh/i.test(`${/(^|,)(en|zh)(?![a-z])/i.exec(wishes.join())}`) ? "zh" : "en";
}
