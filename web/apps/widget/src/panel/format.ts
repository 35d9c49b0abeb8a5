import { is_zh, words } from "../host";

/** Puts values where a sentence has "~". */
export const fill = (text: string, ...values: (string | number)[]): string =>
  text.replace(/~/g, () => `${values.shift()}`);

const isDay = (at: number, ago = 0) => new Date(at).toDateString() === new Date(Date.now() - ago).toDateString();
const tag = () => (is_zh ? "zh-CN" : "en-GB");

/** Older and newer browsers disagree about the comma; a space belongs behind a Chinese day. */
const date = (at: number) =>
  new Date(at)
    .toLocaleDateString(tag(), { weekday: "short", day: "numeric", month: "short" })
    .replace(",", "")
    .replace("日", "日 ");

export const time = (at: number): string => new Date(at).toLocaleTimeString(tag(), { timeStyle: "short" });

export function day(at: number): string {
  if (isDay(at)) return words.today;
  return isDay(at, 864e5) ? words.yesterday : date(at);
}

/** When we are back: "today at 14:00", "Mon 23 Nov at 09:00". */
export const moment = (at: number): string =>
  fill(words.at, isDay(at) ? words.today.toLowerCase() : date(at), time(at));

/** For a list: the time today, the day before that. */
export const brief = (at: number): string => (isDay(at) ? time(at) : day(at));

export const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${Math.round(bytes / 1e5) / 10} MB`;

/** "3rd in line", "2 people are in front of you". */
export function line(n: number): string {
  if (n === 1) return words.next;
  const teens = n % 100 > 10 && n % 100 < 14;
  return fill(words.line, is_zh ? n - 1 : n + ((!teens && ["", "st", "nd", "rd"][n % 10]) || "th"));
}

/** First letters for a face without a photo: the surname of a Han name, two letters of any other. */
export const initials = (name: string): string =>
  (name.match(/(?<!\S)\S/gu) ?? [])
    .slice(0, /^\p{sc=Han}/u.test(name) ? 1 : 2)
    .join("")
    .toUpperCase();
