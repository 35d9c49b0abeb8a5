import type { EmailAddress } from "@parley/protocol";

/** One `@`, a domain with a dot, nothing that could start another field. Letters of any script (RFC 6531). */
const ADDRESS =
  /^[^\s"(),:;<>@[\\\]，；]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;

export function isAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text);
}

/** Cuts at commas, semicolons and line ends (those of Chinese keyboards too) outside of quotes and angle brackets. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = "";
  let isQuoted = false;
  let isAngled = false;
  for (const [index, sign] of [...text].entries()) {
    if (sign === '"' && text[index - 1] !== "\\") isQuoted = !isQuoted;
    else if (!isQuoted && sign === "<") isAngled = true;
    else if (!isQuoted && sign === ">") isAngled = false;
    const isBreak = /[,;\n\r，；、]/.test(sign) && !isQuoted && !isAngled;
    if (isBreak) found.push(piece);
    piece = isBreak ? "" : piece + sign;
  }
  return [...found, piece].map((item) => item.trim()).filter((item) => item !== "");
}

function parseOne(piece: string): EmailAddress[] {
  const bare = piece.replace(/^mailto:/i, "");
  const angled = /^(.*?)<\s*(?:mailto:)?([^<>]*)>\s*$/s.exec(bare);
  if (angled) {
    const name = (angled[1] ?? "")
      .trim()
      .replace(/^"(.*)"$/s, "$1")
      .replace(/\\(.)/g, "$1");
    return [{ name: name.replace(/^'(.*)'$/, "$1"), address: (angled[2] ?? "").trim() }];
  }
  const words = bare.split(/\s+/);
  // A column pasted from a table: addresses with nothing but white space between them.
  if (words.length > 1 && words.every(isAddress)) return words.map((address) => ({ name: "", address }));
  return [{ name: "", address: bare }];
}

/** Whatever somebody types or pastes; what is no address is kept as such, for him to mend. */
export function parseAddresses(text: string): EmailAddress[] {
  return pieces(text).flatMap(parseOne);
}

export function formatAddress({ name, address }: EmailAddress): string {
  return name ? `"${name.replace(/[\r\n]+/g, " ").replace(/["\\]/g, "\\$&")}" <${address}>` : address;
}

export function nameOf({ name, address }: EmailAddress): string {
  return name || address;
}

/** Compared without case, as every provider in use does. */
export function addressKey(address: string): string {
  return address.trim().toLowerCase();
}

export function withoutRepeats(list: readonly EmailAddress[]): EmailAddress[] {
  const seen = new Set<string>();
  return list.filter(({ address }) => {
    const key = addressKey(address);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Re:, Fwd:, AW:, 回复： and the like, and tokens in brackets, say nothing about the subject. */
export function subjectKey(subject: string): string {
  let rest = subject.trim();
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(/^(?:re|fwd?|fw|aw|wg|sv|回复|答复|转发|回覆|轉寄)(?:\[\d+\])?\s*[:：]\s*/i, "");
    rest = rest.replace(/^\[[^\]]{1,60}\]\s*|\s*\[#?[\w.-]{1,60}\]$/g, "");
  }
  return rest.toLowerCase();
}
