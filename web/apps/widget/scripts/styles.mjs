/** Style sheets of the widget: design tokens resolved to the few that are used, rem turned into px. */
import { readFileSync } from "node:fs";

const TOKENS = new URL("../../../packages/ui/src/styles/tokens.css", import.meta.url);
const ROOT_PX = 16;

/** First definition of every custom property; later ones are for density and media the widget does not have. */
export function readTokens(css = readFileSync(TOKENS, "utf8")) {
  const tokens = new Map();
  for (const [, name, value] of css.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/(--[\w-]+):\s*([^;]+);/g))
    if (!tokens.has(name)) tokens.set(name, value.replace(/\s+/g, " ").trim());
  return tokens;
}

function resolve(value, tokens) {
  return value.replace(/var\((--[\w-]+)\)/g, (whole, name) => {
    const inner = tokens.get(name);
    return inner === undefined ? whole : resolve(inner, tokens);
  });
}

/**
 * Colours with two sides that are used more than once are put in front of the sheet as properties; every other token is
 * written out where it is used. They are set on an element of our own, not on :host: the shop's rules reach the host
 * element and could replace them there.
 */
export function withTokens(css, tokens, owner = ".w-panel") {
  const uses = new Map();
  for (const [, name] of css.matchAll(/var\((--[\w-]+)\)/g)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const unknown = [...uses.keys()].filter((name) => !tokens.has(name) && !name.startsWith("--w-"));
  if (unknown.length) throw new Error(`not a design token: ${unknown.join(", ")}`);
  const kept = new Map();
  const text = css.replace(/var\((--[\w-]+)\)/g, (whole, name) => {
    if (!tokens.has(name)) return whole;
    const value = resolve(tokens.get(name), tokens);
    if (uses.get(name) === 1 || !value.includes("light-dark(")) return value;
    kept.set(name, value);
    return whole;
  });
  const lines = [...kept].map(([name, value]) => `${name}:${value}`);
  return lines.length ? `${owner}{${lines.join(";")}}\n${text}` : text;
}

/** Many shops set their root font to 10 px; a rem in our shadow root would shrink with it. */
export function toPixels(css) {
  return css.replace(/(\d*\.?\d+)rem\b/g, (_, number) => `${Math.round(Number(number) * ROOT_PX * 1000) / 1000}px`);
}
