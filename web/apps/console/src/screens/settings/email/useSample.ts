import { useTranslation } from "react-i18next";
import { useMe } from "../../../lib/hooks";
import { firstName } from "../../../lib/people";
import type { Variable } from "./variables";

/** Values for a preview: the reader himself, and a customer who does not exist. */
export function useSample(inboxName: string): Record<Variable, string> {
  const { t } = useTranslation();
  const me = useMe();
  const agent = me?.agent.name ?? "";
  const customer = t("template.sample_customer");
  return {
    "customer.name": customer,
    "customer.first_name": firstName(customer),
    "agent.name": agent,
    "agent.first_name": firstName(agent),
    "ticket.number": "1042",
    "ticket.subject": t("template.sample_subject"),
    "inbox.name": inboxName,
    "workspace.name": me?.workspace.name ?? "",
  };
}
