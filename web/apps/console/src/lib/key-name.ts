type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The name of a press: "mod+k", "j", "?", "alt+3", "shift+F6". Null: none of ours. */
export function nameOf(press: Press, isWriting: boolean): string | null {
  const isMod = press.ctrlKey || press.metaKey;
  if (press.altKey) {
    const digit = /^Digit([1-9])$/.exec(press.code)?.[1];
    if (!digit || isMod || press.shiftKey) return null;
    // On a Mac, and on layouts with digits above, Alt and this key may write a character: then the text gets it.
    return isWriting && press.key !== digit ? null : `alt+${digit}`;
  }
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (isMod) return `mod+${press.shiftKey ? "shift+" : ""}${key}`;
  return press.shiftKey && isFunctionKey(key) ? `shift+${key}` : key;
}

function isFunctionKey(key: string): boolean {
  return /^F\d+$/.test(key);
}

/** Chords write nothing: they work while somebody writes, and when single keys are switched off. */
export function isChord(name: string): boolean {
  return name.startsWith("mod+") || name.startsWith("alt+") || isFunctionKey(name.replace("shift+", ""));
}
