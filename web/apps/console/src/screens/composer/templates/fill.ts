import type { Template } from "@parley/protocol";
import { firstName } from "../../../lib/people";

/** What a template may say of the conversation it is used in. */
export interface TemplateValues {
  customer: string;
  agent: string;
  number: number;
  subject: string;
  inbox: string;
  workspace: string;
}

function valueFor(variable: string, values: TemplateValues): string | undefined {
  switch (variable) {
    case "customer.name":
      return values.customer;
    case "customer.first_name":
      return firstName(values.customer);
    case "agent.name":
      return values.agent;
    case "agent.first_name":
      return firstName(values.agent);
    case "ticket.number":
      return String(values.number);
    case "ticket.subject":
      return values.subject;
    case "inbox.name":
      return values.inbox;
    case "workspace.name":
      return values.workspace;
    default:
      return undefined;
  }
}

/**
 * The text with its variables filled in. One that is not known stays, so that the agent sees it; an empty one takes the
 * space before it along: "Hello {{customer.first_name}}," becomes "Hello,".
 */
export function fillTemplate(text: string, values: TemplateValues): string {
  return text.replace(/( ?)\{\{\s*([\w.]+)\s*\}\}/g, (whole, space: string, variable: string) => {
    const value = valueFor(variable, values);
    if (value === undefined) return whole;
    return value === "" ? "" : space + value;
  });
}

/** Those whose shortcut or name has every word of the query; shortcuts first, the customer's language first. */
export function findTemplates(all: readonly Template[], query: string, locale: string): Template[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (template: Template): number => {
    const isShortcut = words.length > 0 && template.shortcut.toLowerCase().startsWith(words.join(" "));
    const isForeign = template.locale !== "" && locale !== "" && template.locale.slice(0, 2) !== locale.slice(0, 2);
    return (isShortcut ? 0 : 2) + (isForeign ? 1 : 0);
  };
  return all
    .filter((template) => {
      const haystack = `${template.shortcut} ${template.name}`.toLowerCase();
      return words.every((word) => haystack.includes(word));
    })
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
