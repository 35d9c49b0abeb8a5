export const TEMPLATE_VARIABLES = [
  "customer.name",
  "customer.first_name",
  "agent.name",
  "agent.first_name",
  "ticket.number",
  "ticket.subject",
  "inbox.name",
  "workspace.name",
] as const;
export type Variable = (typeof TEMPLATE_VARIABLES)[number];

/** A signature belongs to whoever answers, whatever the ticket. */
export const SIGNATURE_VARIABLES = [
  "agent.name",
  "agent.first_name",
  "inbox.name",
  "workspace.name",
] as const satisfies readonly Variable[];

const MARK = /\{\{\s*([\w.]+)\s*\}\}/g;

export function markOf(variable: Variable): string {
  return `{{${variable}}}`;
}

/** Known marks get their values; an unknown one stays, so that it is seen. */
export function fill(text: string, values: Record<Variable, string>): string {
  const known = new Map<string, string>(Object.entries(values));
  return text.replace(MARK, (mark, name: string) => known.get(name) ?? mark);
}

/** Marks that no one will fill in. */
export function unknownMarks(text: string, allowed: readonly string[]): string[] {
  const found = [...text.matchAll(MARK)].map(([, name]) => name ?? "");
  return [...new Set(found.filter((name) => !allowed.includes(name)))];
}

/** The text with a mark where the caret was, and where the caret stands then. */
export function insertAt(text: string, from: number, to: number, piece: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + piece + text.slice(to), caret: from + piece.length };
}
