const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)。，；：！？）]/g;

/** Plain lines as the HTML of a signature; addresses of pages can be pressed. */
export function htmlOfPlain(plain: string): string {
  const line = (text: string): string => {
    let html = "";
    let at = 0;
    for (const match of text.matchAll(LINK)) {
      const url = escapeHtml(match[0]);
      html += `${escapeHtml(text.slice(at, match.index))}<a href="${url}">${url}</a>`;
      at = match.index + match[0].length;
    }
    return html + escapeHtml(text.slice(at));
  };
  return plain.replace(/\s+$/, "").split("\n").map(line).join("<br>");
}

const CHARACTERS: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": " " };

/** The lines behind such HTML; null when it holds more than plain lines can say. */
export function plainOfHtml(html: string): string | null {
  const plain = html
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<a href="([^"]*)">([^<]*)<\/a>/g, (whole, url: string, shown: string) => (url === shown ? url : whole))
    .replace(/&(?:amp|lt|gt|quot|nbsp);/g, (entity) => (entity === "&lt;" ? "\u0000" : (CHARACTERS[entity] ?? entity)));
  if (plain.includes("<")) return null;
  return plain.replaceAll("\u0000", "<");
}
