/** Style sheets of the widget: design tokens resolved to the few that are used, rem turned into px. */
import { readFileSync } from "node:fs";

const TOKENS = new URL("../../../packages/ui/src/styles/tokens.css", import.meta.url);
const ROOT_PX = 16;

/** First definition of every custom property; later ones are for density and media the widget does not have. */
export function readTokens(css) {
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
 * written out where it is used. They are set on the panel, not on :host: the shop's rules reach the host element and
 * could replace them there.
 */
export function withTokens(css, tokens) {
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
  return lines.length ? `.panel{${lines.join(";")}}\n${text}` : text;
}

/** Many shops set their root font to 10 px; a rem in our shadow root would shrink with it. */
export function toPixels(css) {
  return css.replace(/(\d*\.?\d+)rem\b/g, (_, number) => `${Math.round(Number(number) * ROOT_PX * 1000) / 1000}px`);
}

export function stylePlugin() {
  return {
    name: "parley-widget-styles",
    enforce: "pre",
    transform(code, id) {
      if (!/\.css(\?|$)/.test(id)) return null;
      const tokens = readTokens(readFileSync(TOKENS, "utf8"));
      return { code: toPixels(withTokens(code, tokens)), map: null };
    },
  };
}
