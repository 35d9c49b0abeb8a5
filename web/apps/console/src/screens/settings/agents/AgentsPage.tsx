import type { AgentBrief } from "@parley/protocol";
import { Avatar, Button, cx } from "@parley/ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { attempt } from "../../../lib/errors";
import { useAgents, useTeams } from "../../../lib/hooks";
import { PageHead, TableCard } from "../parts";
import css from "../Settings.module.css";
import { AgentDialog } from "./AgentDialog";

export default function AgentsPage() {
  const { t } = useTranslation();
  const agents = useAgents();
  const [edited, setEdited] = useState<AgentBrief | "new" | null>(null);

  useEffect(() => attempt(desk.loadPeople()), []);

  return (
    <>
      <PageHead title={t("settings.agents")} text={t("agents.hint")}>
        <Button icon="plus" tone="primary" onClick={() => setEdited("new")} data-testid="agent-new">
          {t("agents.add")}
        </Button>
      </PageHead>
      <TableCard label={t("settings.agents")}>
        <thead>
          <tr>
            <th scope="col">{t("agents.name")}</th>
            <th scope="col">{t("agents.role")}</th>
            <th scope="col">{t("settings.teams")}</th>
            <th scope="col">{t("agents.capacity")}</th>
            <th scope="col">
              <span className="sr-only">{t("conversation.more")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <AgentRow key={agent.id} agent={agent} onEdit={() => setEdited(agent)} />
          ))}
        </tbody>
      </TableCard>
      {edited && <AgentDialog agent={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function AgentRow({ agent, onEdit }: { agent: AgentBrief; onEdit: () => void }) {
  const { t } = useTranslation();
  const teams = useTeams();
  return (
    <tr className={cx(!agent.is_active && css.isOff)} data-testid="agent-row" data-agent-id={agent.id}>
      <th scope="row">
        <span className={css.person}>
          <Avatar id={agent.id} name={agent.name} size="sm" presence={agent.is_connected ? agent.status : "offline"} />
          <div>
            {agent.name}
            <small className={css.muted}>{agent.email}</small>
          </div>
        </span>
      </th>
      <td>{agent.is_active ? t(`role.${agent.role}`) : t("agents.inactive")}</td>
      <td>
        <span className={css.chips}>
          {teams
            .filter((team) => agent.team_ids.includes(team.id))
            .map((team) => (
              <span key={team.id} className={css.chip}>
                {team.name}
              </span>
            ))}
        </span>
      </td>
      <td>{agent.chat_capacity}</td>
      <td className={css.end}>
        <Button
          size="sm"
          tone="quiet"
          icon="edit"
          onClick={onEdit}
          aria-label={t("agents.edit_name", { name: agent.name })}
        >
          {t("common.edit")}
        </Button>
      </td>
    </tr>
  );
}
