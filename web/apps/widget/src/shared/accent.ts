interface Colour {
  /** Values of the CSS properties --w-accent and --w-on. */
  accent: string;
  on: string;
}

type Rgb = [number, number, number];
const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [27, 31, 40];
const NIGHT: Rgb = [21, 25, 34];
const FALLBACK: Rgb = [40, 77, 197];
const TEXT = 4.5;
const GRAPHIC = 3;

export function parseHex(hex: string): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(hex)?.slice(1);
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex)?.slice(1);
  const [r, g, b] = (long ?? short?.map((digit) => digit + digit) ?? []).map((digits) => Number.parseInt(digits, 16));
  return r === undefined || g === undefined || b === undefined ? null : [r, g, b];
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const mix = ([r, g, b]: Rgb, [x, y, z]: Rgb, share: number): Rgb => [
  Math.round(r + (x - r) * share),
  Math.round(g + (y - g) * share),
  Math.round(b + (z - b) * share),
];
const css = (colour: Rgb) => `rgb(${colour})`;

/**
 * Text on the shop's colour is white or ink, whichever can be read; a colour between the two is darkened until white
 * can. On the dark theme a deep colour is lifted until it stands out, as long as its text stays readable.
 */
export function readable(hex: string): Colour {
  let accent = parseHex(hex) ?? FALLBACK;
  let on = WHITE;
  if (contrast(accent, WHITE) < TEXT && contrast(accent, INK) >= TEXT) on = INK;
  while (contrast(accent, on) < TEXT) accent = mix(accent, [0, 0, 0], 0.05);
  let night = accent;
  while (contrast(night, NIGHT) < GRAPHIC) {
    const lifted = mix(night, WHITE, 0.05);
    if (contrast(lifted, on) < TEXT) break;
    night = lifted;
  }
  return { accent: `light-dark(${css(accent)},${css(night)})`, on: css(on) };
}
