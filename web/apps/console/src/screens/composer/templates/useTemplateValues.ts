import { desk } from "../../../app/desk";
import { useMe, useTopic } from "../../../lib/hooks";
import type { TemplateValues } from "./fill";

interface Subject {
  inbox_id: number;
  number: number;
  subject: string;
  requester: { name: string };
}

export function useTemplateValues(ticket: Subject): TemplateValues {
  const me = useMe();
  const inbox = useTopic("inboxes", () => desk.store.state.inboxes.get(ticket.inbox_id)?.name ?? "");
  return {
    customer: ticket.requester.name,
    agent: me?.agent.name ?? "",
    number: ticket.number,
    subject: ticket.subject,
    inbox,
    workspace: me?.workspace.name ?? "",
  };
}
