// Computes the WCAG contrast of every text/background pair the screens use, in both themes, from tokens.css.
//   node contrast.mjs          exit 1 if a pair misses its bar
//   node contrast.mjs --table  the same as a Markdown table, three pairs a row; ° marks graphics, whose bar is 3:1
import { readFileSync } from "node:fs";

const css = readFileSync(new URL("../packages/ui/src/styles/tokens.css", import.meta.url), "utf8").replace(
  /\/\*[\s\S]*?\*\//g,
  "",
);
const raw = {};
for (const [, name, value] of css.split("[data-density")[0].matchAll(/(--[\w-]+):\s*([^;]+);/g))
  raw[name] ??= value.trim();

function split(args) {
  let depth = 0,
    at = 0;
  for (; at < args.length; at++) {
    if (args[at] === "(") depth++;
    else if (args[at] === ")") depth--;
    else if (args[at] === "," && depth === 0) break;
  }
  return [args.slice(0, at).trim(), args.slice(at + 1).trim()];
}
function resolve(value, dark) {
  value = value.trim();
  if (value.startsWith("--")) return resolve(raw[value], dark);
  if (value.startsWith("var(")) return resolve(raw[value.slice(4, -1).trim()], dark);
  if (value.startsWith("light-dark(")) return resolve(split(value.slice(11, -1))[dark ? 1 : 0], dark);
  if (value.startsWith("#")) return [1, 3, 5].map((i) => parseInt(value.slice(i, i + 2), 16)).concat(1);
  const [r, g, b, a = 1] = value.match(/[\d.]+/g).map(Number);
  return [r, g, b, a];
}
const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
function luminance(rgb) {
  const [r, g, b] = rgb.map((byte) => {
    const v = byte / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function ratio(fg, stack, dark) {
  const bg = stack.map((name) => resolve(name, dark)).reduce((under, top) => over(top, under));
  const [hi, lo] = [luminance(over(resolve(fg, dark), bg)), luminance(bg)].sort((a, b) => b - a);
  return (hi + 0.05) / (lo + 0.05);
}

// [label, foreground, background layers from the back, bar]
const pairs = [];
const add = (label, fg, stack, bar = 4.5) => pairs.push([label, `--${fg}`, stack.map((s) => `--${s}`), bar]);
const surfaces = ["bg-canvas", "bg-pane", "bg-surface", "bg-raised", "bg-sunken", "bg-bubble", "bg-selected", "bg-hot"];
for (const text of ["text", "text-2", "text-3", "accent-text"])
  for (const bg of surfaces) add(`${text} on ${bg}`, text, [bg]);
for (const text of ["text-3", "accent-text"])
  for (const bg of ["bg-canvas", "bg-raised"]) add(`${text} on ${bg} + hover`, text, [bg, "bg-hover"]);
for (const fill of [
  "accent",
  "accent-hover",
  "accent-press",
  "danger-solid",
  "danger-hover",
  "danger-press",
  "success-solid",
])
  add(`white on ${fill}`, "text-on-solid", [fill]);
for (const bg of ["accent-tint", "accent-tint-strong"]) {
  add(`accent-text on ${bg}`, "accent-text", [bg]);
  add(`text-3 on ${bg}`, "text-3", [bg]);
}
for (const s of ["success", "warning", "danger", "info", "note"]) {
  add(`${s}-text on surface`, `${s}-text`, ["bg-surface"]);
  add(`${s}-text on pane`, `${s}-text`, ["bg-canvas"]);
  add(`${s}-text on ${s}-tint`, `${s}-text`, [`${s}-tint`]);
  add(`${s}-text on ${s}-tint-strong`, `${s}-text`, [`${s}-tint-strong`]);
  add(`text on ${s}-tint`, "text", [`${s}-tint`]);
  add(`text-2 on ${s}-tint`, "text-2", [`${s}-tint`]);
  add(`${s}-icon on surface`, `${s}-icon`, ["bg-surface"], 3);
}
for (const bg of ["bg-pane", "bg-selected"]) add(`sla-calm-text on ${bg}`, "sla-calm-text", [bg]);
add("sla-soon-text on sla-soon-tint", "sla-soon-text", ["sla-soon-tint"]);
add("white on sla-breached-solid", "sla-breached-text", ["sla-breached-solid"]);
for (const m of ["calm", "soon", "breached"]) add(`sla-${m}-mark on selected`, `sla-${m}-mark`, ["bg-selected"], 3);
for (const c of [
  "chat",
  "email",
  "sms",
  "whatsapp",
  "wechat",
  "messenger",
  "instagram",
  "telegram",
  "line",
  "phone",
  "social",
  "web",
])
  add(`ch-${c}`, `ch-${c}-fg`, [`ch-${c}-bg`]);
for (let i = 1; i <= 5; i++) add(`text on level-${i}`, "text", [`level-${i}`]);
add("text-disabled on bg-skeleton (no bar)", "text-disabled", ["bg-skeleton"], 0);
for (let i = 1; i <= 6; i++) add(`person-${i}`, `person-${i}-fg`, [`person-${i}-bg`]);
for (let i = 1; i <= 6; i++) add(`chart-${i} on surface`, `chart-${i}`, ["bg-surface"], 3);
for (const p of ["available", "busy", "away", "offline"])
  add(`presence-${p} on canvas`, `presence-${p}`, ["bg-canvas"], 3);
for (const bg of ["bg-surface", "bg-pane", "bg-raised"]) add(`line-control on ${bg}`, "line-control", [bg], 3);
for (const bg of ["bg-surface", "bg-canvas", "bg-selected", "bg-raised"]) add(`focus on ${bg}`, "focus", [bg], 3);
add("text-inverse on bg-inverse", "text-inverse", ["bg-inverse"]);

const rows = pairs.map(([label, fg, stack, bar]) => ({
  label,
  bar,
  light: ratio(fg, stack, false),
  dark: ratio(fg, stack, true),
}));
const bad = rows.filter((r) => Math.min(r.light, r.dark) < r.bar);
const show = (n) => (Math.floor(n * 10) / 10).toFixed(1);
if (process.argv.includes("--table")) {
  const cell = (r) => (r ? `${r.label}${r.bar === 3 ? " °" : ""} | ${show(r.light)} | ${show(r.dark)}` : " | | ");
  const third = Math.ceil(rows.length / 3);
  console.log(
    "| pair | light | dark | pair | light | dark | pair | light | dark |\n| --- | --: | --: | --- | --: | --: | --- | --: | --: |",
  );
  for (let i = 0; i < third; i++) console.log(`| ${[0, 1, 2].map((k) => cell(rows[i + k * third])).join(" | ")} |`);
} else
  for (const r of process.argv.includes("--all") ? rows : bad)
    console.log(
      r.label.padEnd(38),
      show(r.light).padStart(5),
      show(r.dark).padStart(5),
      bad.includes(r) ? `  MISSES ${r.bar}` : "",
    );
console.log(`${rows.length} pairs, ${bad.length} below their bar`);
process.exitCode = bad.length ? 1 : 0;
