import { useTranslation } from "react-i18next";
import { useTicket } from "../../lib/hooks";
import css from "./Customer.module.css";
import { CustomerCard } from "./CustomerCard";

export function CustomerPane({ ticketId }: { ticketId: number }) {
  const { t } = useTranslation();
  const ticket = useTicket(ticketId);
  if (!ticket) return null;
  return (
    <aside className={css.pane} aria-label={t("panel.region")} data-testid="customer-panel">
      <CustomerCard customerId={ticket.requester.id} currentTicketId={ticketId} />
    </aside>
  );
}
