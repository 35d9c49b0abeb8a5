import type { Team } from "@parley/protocol";
import { Avatar, Blank, Button, CheckField, Dialog, DialogFoot, TextField } from "@parley/ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { attempt } from "../../../lib/errors";
import { useAgents, useTeams } from "../../../lib/hooks";
import { FormError, PageHead } from "../parts";
import css from "../Settings.module.css";
import { useSave } from "../useSave";

export default function TeamsPage() {
  const { t } = useTranslation();
  const teams = useTeams();
  const agents = useAgents();
  const [edited, setEdited] = useState<Team | "new" | null>(null);

  useEffect(() => attempt(desk.loadPeople()), []);

  return (
    <>
      <PageHead title={t("settings.teams")} text={t("teams.hint")}>
        <Button icon="plus" tone="primary" onClick={() => setEdited("new")} data-testid="team-new">
          {t("teams.add")}
        </Button>
      </PageHead>
      {teams.length === 0 && <Blank icon="users" title={t("teams.empty")} text={t("teams.empty_text")} />}
      {teams.map((team) => {
        const members = agents.filter((agent) => team.member_ids.includes(agent.id));
        return (
          <section key={team.id} className={css.card} data-testid="team-card">
            <div className={css.row}>
              <h2>{team.name}</h2>
              <span className={css.muted}>{t("teams.members", { count: members.length })}</span>
              <span className={css.grow} />
              <Button
                size="sm"
                tone="quiet"
                icon="edit"
                aria-label={t("agents.edit_name", { name: team.name })}
                onClick={() => setEdited(team)}
              >
                {t("common.edit")}
              </Button>
            </div>
            <div className={css.row}>
              {members.map((agent) => (
                <span key={agent.id} className={css.person}>
                  <Avatar id={agent.id} name={agent.name} size="sm" />
                  {agent.name}
                </span>
              ))}
            </div>
          </section>
        );
      })}
      {edited && <TeamDialog team={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function TeamDialog({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const { t } = useTranslation();
  const save = useSave();
  const agents = useAgents().filter((agent) => agent.is_active && agent.role !== "light_agent");
  const [name, setName] = useState(team?.name ?? "");
  const [memberIds, setMemberIds] = useState<readonly number[]>(team?.member_ids ?? []);
  const handleSave = async (): Promise<void> => {
    const fields = { name: name.trim(), member_ids: [...memberIds] };
    const isDone = await save.run(async () => {
      const answer = team ? await desk.api.updateTeam(team.id, fields) : await desk.api.createTeam(fields);
      desk.store.dispatch({ type: "teams", items: [answer.team] });
      void desk.loadPeople().catch(() => undefined);
      void desk.loadCounts().catch(() => undefined);
    });
    if (isDone) onClose();
  };
  return (
    <Dialog title={team ? team.name : t("teams.add")} closeLabel={t("common.close")} onClose={onClose}>
      <form
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void handleSave();
        }}
      >
        <TextField label={t("teams.name")} required value={name} onChange={(event) => setName(event.target.value)} />
        <fieldset className={css.choices}>
          <legend>{t("teams.who")}</legend>
          {agents.map((agent) => (
            <CheckField
              key={agent.id}
              label={agent.name}
              isOn={memberIds.includes(agent.id)}
              onToggle={(isOn) =>
                setMemberIds(isOn ? [...memberIds, agent.id] : memberIds.filter((id) => id !== agent.id))
              }
            />
          ))}
        </fieldset>
        <FormError text={save.error} />
        <DialogFoot>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" isBusy={save.isBusy} disabled={!name.trim()} data-testid="team-save">
            {t("common.save")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
