/** How a mail is shown: colours of the console, or white paper for one that brings its own. */
export interface FrameLook {
  isDark: boolean;
  isPaper: boolean;
  text: string;
  link: string;
  line: string;
  fontFamily: string;
}

/** Measured and kept out of reach of `vh` and the like: a mail taller than this scrolls inside its frame. */
export const FRAME_HEIGHT_MAX = 16_000;

function policy(origin: string, hasRemote: boolean): string {
  const images = `${origin} data:${hasRemote ? " https:" : ""}`;
  return `default-src 'none'; img-src ${images}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'`;
}

function style(look: FrameLook): string {
  const scheme = look.isDark && !look.isPaper ? "dark" : "light";
  const colors = look.isPaper ? "background:#fff;color:#1b1f28" : `background:transparent;color:${look.text}`;
  return `
:root{color-scheme:${scheme}}
html{overflow-x:auto;overflow-y:hidden}
body{display:flow-root;margin:0;padding:${look.isPaper ? "12px 14px" : "0 0 1px"};${colors};font:14px/1.6 ${look.fontFamily};overflow-wrap:anywhere}
body>:first-child{margin-top:0}
body>:last-child{margin-bottom:0}
a{color:${look.isPaper ? "#2447ba" : look.link}}
img{max-width:100%;height:auto}
[data-blocked]{display:inline-block;box-sizing:border-box;max-width:100%;min-width:1.5em;min-height:1.5em;padding:1px 5px;overflow:hidden;vertical-align:bottom;border:1px dashed ${look.line};border-radius:3px;font-size:12px;line-height:1.4}
table{max-width:100%}
pre{white-space:pre-wrap}
blockquote{margin:0 0 0 .25em;padding-left:.75em;border-left:2px solid ${look.line}}`;
}

/**
 * The whole document of a mail's frame. The frame itself is sandboxed without scripts; this policy lets nothing load but
 * our own files, and pictures from elsewhere when they were asked for.
 */
export function frameDocument(safeHtml: string, look: FrameLook, origin: string, hasRemote: boolean): string {
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy(origin, hasRemote)}"><meta name="referrer" content="no-referrer"><style>${style(look)}</style></head><body>${safeHtml}</body></html>`;
}
