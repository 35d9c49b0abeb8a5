import type { Locale } from "../shared/locale";
import type { Words } from "./words";

export interface Format {
  words: Words;
  time(at: number): string;
  day(at: number): string;
  /** When we are back: "today at 14:00", "Mon 23 Nov at 09:00". */
  moment(at: number): string;
  /** For a list: the time today, the day before that. */
  brief(at: number): string;
  size(bytes: number): string;
}

const DAY_MS = 86_400_000;

export function createFormat(locale: Locale, words: Words): Format {
  const tag = locale === "zh" ? "zh-CN" : "en-GB";
  const clock = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const weekday = new Intl.DateTimeFormat(tag, { weekday: "short" });
  const month = new Intl.DateTimeFormat(tag, { month: "short" });
  const isDay = (at: number, day: number) => new Date(at).toDateString() === new Date(day).toDateString();

  const date = (at: number) => {
    const it = new Date(at);
    return locale === "zh"
      ? `${it.getMonth() + 1} 月 ${it.getDate()} 日 ${weekday.format(it)}`
      : `${weekday.format(it)} ${it.getDate()} ${month.format(it)}`;
  };
  const day = (at: number) => {
    if (isDay(at, Date.now())) return words.today;
    return isDay(at, Date.now() - DAY_MS) ? words.yesterday : date(at);
  };
  const time = (at: number) => clock.format(at);
  return {
    words,
    time,
    day,
    moment: (at) => words.at(isDay(at, Date.now()) ? words.today.toLowerCase() : date(at), time(at)),
    brief: (at) => (isDay(at, Date.now()) ? time(at) : day(at)),
    size: (bytes) =>
      bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${Math.round(bytes / 1e5) / 10} MB`,
  };
}

/** First letters for a face without a photo: the surname of a Han name, two letters of any other. */
export function initials(name: string): string {
  if (/^\p{Script=Han}/u.test(name)) return name.slice(0, 1);
  const letters = name
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => Array.from(part)[0] ?? "");
  return letters.slice(0, 2).join("").toUpperCase();
}
