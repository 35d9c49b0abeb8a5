import { is_zh, words } from "../host";

/** Puts values where a sentence has "~". */
export const fill = (text: string, ...values: unknown[]): string => text.replace(/~/g, () => `${values.shift()}`);

const isDay = (at: number, ago = 0) => new Date(at).toDateString() === new Date(Date.now() - ago).toDateString();
const tag = () => (is_zh ? "zh-CN" : "en-GB");

const date = (at: number) =>
  new Date(at).toLocaleDateString(tag(), { weekday: "short", day: "numeric", month: "short" });

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

/** For a face without a photo. */
export const initial = (name: string): string | undefined => [...name.trim()][0]?.toUpperCase();
