import { Dialog } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useTicket } from "../../lib/hooks";
import css from "./Customer.module.css";
import { CustomerCard } from "./CustomerCard";

/** The customer panel where there is no room for a fourth pane. */
export default function CustomerSheet({ ticketId, onClose }: { ticketId: number; onClose: () => void }) {
  const { t } = useTranslation();
  const ticket = useTicket(ticketId);
  if (!ticket) return null;
  return (
    <Dialog title={t("panel.region")} closeLabel={t("common.close")} look="side" onClose={onClose}>
      <div className={css.sheet}>
        <CustomerCard customerId={ticket.requester.id} currentTicketId={ticketId} />
      </div>
    </Dialog>
  );
}
