const HAN = /\p{Script=Han}/u;

/** Han names: the surname, one character. Other names: two letters. Nothing readable: "#". */
export function initialsOf(name: string): string {
  const clean = name.trim();
  const first = [...clean][0];
  if (!first) return "#";
  if (HAN.test(first)) return first;
  const words = clean.split(/\s+/).filter((word) => /\p{L}/u.test(word));
  const letters = words.map((word) => word.match(/\p{L}/u)?.[0] ?? "");
  if (letters.length === 0) return "#";
  if (letters.length === 1) return [...(words[0] ?? "")].slice(0, 2).join("").toUpperCase();
  return `${letters[0]}${letters.at(-1)}`.toUpperCase();
}
