import { useTranslation } from "react-i18next";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Format {
  isZh: boolean;
  clock: (at: number) => string;
  /** In narrow columns: the time today, else the date. */
  short: (at: number, now?: number) => string;
  full: (at: number) => string;
  day: (at: number, now?: number) => string;
  duration: (ms: number) => string;
  bytes: (size: number) => string;
  count: (n: number) => string;
  /** One sentence after the other. */
  sentences: (...parts: readonly string[]) => string;
}

function dayStart(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

export function makeFormat(language: string): Format {
  const isZh = language.startsWith("zh");
  const locale = isZh ? "zh-CN" : "en-GB";
  const dayMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
  const dated = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "long" });
  const longDay = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
  const number = new Intl.NumberFormat(isZh ? "zh-CN" : "en-GB");
  const two = (n: number): string => String(n).padStart(2, "0");
  // The same in both languages, and asked for by every row and every message: the formatter would take ten times as long.
  const time = (at: number): string => {
    const d = new Date(at);
    return `${two(d.getHours())}:${two(d.getMinutes())}`;
  };
  const iso = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  const date = (at: number, now: number): string => {
    const d = new Date(at);
    const isThisYear = d.getFullYear() === new Date(now).getFullYear();
    if (isZh) return isThisYear ? iso(d).slice(5) : iso(d);
    return (isThisYear ? dayMonth : dated).format(d).replace("Sept", "Sep");
  };
  return {
    isZh,
    clock: time,
    short: (at, now = Date.now()) => (dayStart(at) === dayStart(now) ? time(at) : date(at, now)),
    full: (at) =>
      isZh ? `${iso(new Date(at))} ${time(at)}` : `${dated.format(at).replace("Sept", "Sep")}, ${time(at)}`,
    day: (at, now = Date.now()) => {
      const days = Math.round((dayStart(now) - dayStart(at)) / DAY);
      if (days === 0) return isZh ? "今天" : "Today";
      if (days === 1) return isZh ? "昨天" : "Yesterday";
      const d = new Date(at);
      if (isZh) return `${d.getMonth() + 1} 月 ${d.getDate()} 日 ${weekday.format(d)}`;
      return longDay.format(d).replace(",", "");
    },
    duration: (ms) => durationText(ms, isZh),
    bytes: (size) => {
      if (size < 1024) return `${size} B`;
      if (size < 1024 * 1024) return `${Math.round(size / 1024)} KB`;
      return `${(size / 1024 / 1024).toFixed(1)} MB`;
    },
    count: (n) => number.format(n),
    sentences: (...parts) => parts.filter(Boolean).join(isZh ? "" : " "),
  };
}

/** Two units at most: "12m", "1h 20m", "3d". */
export function durationText(ms: number, isZh: boolean): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (days > 0) return isZh ? `${days} 天` : `${days}d`;
  if (hours > 0) {
    const padded = String(rest).padStart(2, "0");
    const tail = rest > 0 ? (isZh ? ` ${padded} 分` : ` ${padded}m`) : "";
    return isZh ? `${hours} 时${tail}` : `${hours}h${tail}`;
  }
  return isZh ? `${minutes} 分` : `${minutes}m`;
}

const formats = new Map<string, Format>();

/** One set of formatters for a language: making them costs far more than using them. */
export function useFormat(): Format {
  const { language } = useTranslation().i18n;
  let format = formats.get(language);
  if (!format) {
    format = makeFormat(language);
    formats.set(language, format);
  }
  return format;
}
