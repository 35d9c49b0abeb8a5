/** Nine in the morning of the next day, as the agent's own clock has it. */
export function tomorrowMorning(now: number): number {
  const day = new Date(now);
  day.setDate(day.getDate() + 1);
  return day.setHours(9, 0, 0, 0);
}

/** Nine in the morning of the next Monday; on a Monday that of the week after. */
export function mondayMorning(now: number): number {
  const day = new Date(now);
  day.setDate(day.getDate() + ((8 - day.getDay()) % 7 || 7));
  return day.setHours(9, 0, 0, 0);
}

/** For a field of type `datetime-local`. */
export function localTime(at: number): string {
  const day = new Date(at);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T${two(day.getHours())}:${two(day.getMinutes())}`;
}

/** Null: no time, or one that has passed. */
export function chosenTime(field: string, now: number): number | null {
  const at = new Date(field).getTime();
  return Number.isFinite(at) && at > now ? at : null;
}
