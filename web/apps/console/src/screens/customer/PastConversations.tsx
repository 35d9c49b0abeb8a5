import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useFormat } from "../../lib/format";
import { StateDot } from "../conversation/FieldMenus";
import css from "./Customer.module.css";

interface PastProps {
  customerId: number;
  currentTicketId: number | null;
}

export function PastConversations({ customerId, currentTicketId }: PastProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ["customer-tickets", customerId, currentTicketId],
    queryFn: () => desk.api.customerTickets(customerId),
  });
  if (!data) return null;
  const past = data.items.filter((ticket) => ticket.id !== currentTicketId);
  return (
    <section className={css.side}>
      <h3>
        {t("customer.past")}
        <span className={css.muted}>{past.length}</span>
      </h3>
      {past.length === 0 && <p className={css.muted}>{t("customer.no_past")}</p>}
      <ul className={css.past}>
        {past.map((ticket) => (
          <li key={ticket.id}>
            <Link to="/inbox/$view/$ticketId" params={{ view: "all", ticketId: String(ticket.id) }}>
              <span className={css.muted}>#{ticket.number}</span>
              <span className={css.subject} title={ticket.subject}>
                {ticket.subject || ticket.last_message?.text}
              </span>
              <span title={t(`state.${ticket.state}`)}>
                <StateDot state={ticket.state} />
                <span className="sr-only">{t(`state.${ticket.state}`)}</span>
              </span>
              <time>{format.short(ticket.updated_at)}</time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
