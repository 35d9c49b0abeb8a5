// Medians, ranges and the one table.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const written = (x) => (Math.abs(x) >= 1000 ? Math.round(x).toLocaleString("en") : Math.abs(x) >= 100 ? x.toFixed(0) : Math.abs(x) >= 10 ? x.toFixed(1) : x.toFixed(2));

/** "median (lowest-highest)" */
export function spread(values) {
  if (values.length === 0) return "-";
  const shown = written(median(values));
  return values.length === 1 ? shown : `${shown} (${written(Math.min(...values))}-${written(Math.max(...values))})`;
}

/** Rows of the final table: what, figure with range, unit, what it is held against, verdict, noise. */
export class Table {
  rows = [];

  add(part, what, values, unit, against = "", verdict = "") {
    this.rows.push({ part, what, figure: spread(values), unit, against, verdict, values });
  }

  text() {
    const head = ["", "what", "median (range)", "unit", "target or peer", "verdict"];
    const rows = this.rows.map((r) => [r.part, r.what, r.figure, r.unit, r.against, r.verdict]);
    const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i].length)));
    const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
    return [line(head), `| ${widths.map((w) => "-".repeat(w)).join(" | ")} |`, ...rows.map(line)].join("\n");
  }
}

export const met = (isMet) => (isMet ? "met" : "MISSED");
