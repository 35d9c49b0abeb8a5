type Rgb = number[];
export type Colours = [accent: string, on: string];

const INK = "#1b1f28";
/** Relative luminance plus 0.05, as the contrast formula wants it, of the darkest ground that ink can be read on, … */
const INK_FROM = 0.287;
/** … of the lightest that white can be read on, each at 4.5 to 1, … */
const WHITE_TO = 0.2333;
/** … and of the darkest colour that stands out 3 to 1 from the panel of the dark theme. */
const NIGHT_FROM = 0.18;

const luminance = (colour: Rgb): number =>
  colour.reduce(
    (sum, value, at) => sum + ([0.2126, 0.7152, 0.0722][at] as number) * ((value / 255 + 0.055) / 1.055) ** 2.4,
    0.05,
  );

const mix = (colour: Rgb, to: number): Rgb => colour.map((value) => value + (to - value) / 20);

/**
 * Values of --w-accent and --w-on for a shop's #rrggbb. Text on the colour is white or ink, whichever can be read; a
 * colour between the two is darkened until white can. On the dark theme a deep colour is lifted until it stands out,
 * which happens long before white could not be read on it. What is not a colour is black.
 */
export function readable(hex: string): Colours {
  let accent = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) || 0);
  const on = luminance(accent) < INK_FROM ? "#fff" : INK;
  while (on !== INK && luminance(accent) > WHITE_TO) accent = mix(accent, 0);
  let night = accent;
  while (luminance(night) < NIGHT_FROM) night = mix(night, 255);
  return [`light-dark(rgb(${accent}),rgb(${night}))`, on];
}
