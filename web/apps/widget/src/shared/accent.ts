type Rgb = number[];
const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [27, 31, 40];
const NIGHT: Rgb = [21, 25, 34];
const TEXT = 4.5;
const GRAPHIC = 3;

export function parseHex(hex: unknown): Rgb | null {
  if (!/^#(?:[0-9a-f]{3}){1,2}$/i.test(`${hex}`)) return null;
  const digits = `${hex}`.slice(1).replace(/^(.)(.)(.)$/, "$1$1$2$2$3$3");
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((value) =>
    value < 11 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
}

export function contrast(a: Rgb, b: Rgb): number {
  const ratio = luminance(a) / luminance(b);
  return ratio < 1 ? 1 / ratio : ratio;
}

const mix = (colour: Rgb, to: number): Rgb => colour.map((value) => value + (to - value) / 20);

/**
 * Values of --w-accent and --w-on. Text on the shop's colour is white or ink, whichever can be read; a colour between
 * the two is darkened until white can. On the dark theme a deep colour is lifted until it stands out, as long as its
 * text stays readable. What is not a colour becomes ours.
 */
export function readable(hex: unknown): [accent: string, on: string] {
  let accent = parseHex(hex) ?? [40, 77, 197];
  const on = contrast(accent, WHITE) < TEXT && contrast(accent, INK) >= TEXT ? INK : WHITE;
  while (contrast(accent, on) < TEXT) accent = mix(accent, 0);
  let night = accent;
  for (let next = night; contrast(night, NIGHT) < GRAPHIC && contrast(next, on) >= TEXT; next = mix(night, 255))
    night = next;
  return [`light-dark(rgb(${accent}),rgb(${night}))`, `rgb(${on})`];
}
