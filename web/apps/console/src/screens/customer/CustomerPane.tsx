import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useTopic } from "../../lib/hooks";
import css from "./Customer.module.css";
import { CustomerCard } from "./CustomerCard";

export function CustomerPane({ ticketId }: { ticketId: number }) {
  const { t } = useTranslation();
  const customerId = useTopic(`ticket:${ticketId}`, () => desk.store.state.tickets.get(ticketId)?.requester.id);
  if (customerId === undefined) return null;
  return (
    <aside data-pane className={css.pane} aria-label={t("panel.region")} data-testid="customer-panel">
      <CustomerCard customerId={customerId} currentTicketId={ticketId} />
    </aside>
  );
}
