import { Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { type ShownTicket, useAgents, useCan, useMe, useViewers } from "../../lib/hooks";
import { firstName } from "../../lib/people";
import { AssigneeMenu, PriorityMenu, StateMenu } from "./FieldMenus";
import css from "./Header.module.css";

/** Number and the fields of a ticket, each a quiet menu. */
export function HeaderFields({ ticket }: { ticket: ShownTicket }) {
  const canUpdate = useCan("ticket.update");
  const canAssign = useCan("ticket.assign");
  return (
    <div className={css.meta}>
      <span className={css.number}>#{ticket.number}</span>
      <StateMenu ticket={ticket} canEdit={canUpdate} />
      <AssigneeMenu ticket={ticket} canEdit={canAssign} />
      <PriorityMenu ticket={ticket} canEdit={canUpdate} />
      <Colleagues ticketId={ticket.id} />
    </div>
  );
}

/** "Jonas is viewing", "Jonas is writing": before two people answer at once. */
function Colleagues({ ticketId }: { ticketId: number }) {
  const { t } = useTranslation();
  const me = useMe()?.agent.id;
  const agents = useAgents();
  const others = useViewers(ticketId).filter((viewer) => viewer.agent_id !== me);
  const first = others.find((viewer) => viewer.is_typing) ?? others[0];
  if (!first) return null;
  const name = firstName(agents.find((agent) => agent.id === first.agent_id)?.name ?? "");
  if (!name) return null;
  const key = first.is_typing ? `viewer.${first.is_typing}` : "viewer.viewing";
  return (
    <span className={css.viewing} data-testid="viewers" role="status">
      <Icon name={first.is_typing ? "edit" : "eye"} size="sm" />
      {t(key, { name })}
      {others.length > 1 && ` ${t("viewer.more", { count: others.length - 1 })}`}
    </span>
  );
}
