import type { AgentBrief, Role } from "@parley/protocol";
import { Button, CheckField, Dialog, DialogFoot, SelectField, SwitchField, TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { useMe, useTeams } from "../../../lib/hooks";
import { PASSWORD_MIN } from "../../../lib/password";
import { FormError } from "../parts";
import css from "../Settings.module.css";
import { useSave } from "../useSave";

const ROLES: readonly Role[] = ["administrator", "supervisor", "agent", "light_agent"];

interface AgentDialogProps {
  /** Null: a new one. */
  agent: AgentBrief | null;
  onClose: () => void;
}

export function AgentDialog({ agent, onClose }: AgentDialogProps) {
  const { t } = useTranslation();
  const save = useSave();
  const teams = useTeams();
  const isSelf = useMe()?.agent.id === agent?.id;
  const [name, setName] = useState(agent?.name ?? "");
  const [email, setEmail] = useState(agent?.email ?? "");
  const [role, setRole] = useState<Role>(agent?.role ?? "agent");
  const [password, setPassword] = useState("");
  const [capacity, setCapacity] = useState(String(agent?.chat_capacity ?? 5));
  const [teamIds, setTeamIds] = useState<readonly number[]>(agent?.team_ids ?? []);
  const [isActive, setIsActive] = useState(agent?.is_active ?? true);

  const handleSave = async (): Promise<void> => {
    const fields = {
      name: name.trim(),
      email: email.trim(),
      role,
      team_ids: [...teamIds],
      chat_capacity: Math.max(0, Number(capacity) || 0),
    };
    const isDone = await save.run(async () => {
      const answer = agent
        ? await desk.api.updateAgent(agent.id, { ...fields, is_active: isActive, ...(password ? { password } : {}) })
        : await desk.api.createAgent({ ...fields, password });
      desk.store.dispatch({ type: "agents", items: [answer.agent] });
      void desk.loadPeople().catch(() => undefined);
    });
    if (isDone) onClose();
  };
  const toggleTeam = (id: number, isOn: boolean): void =>
    setTeamIds(isOn ? [...teamIds, id] : teamIds.filter((item) => item !== id));

  return (
    <Dialog title={agent ? agent.name : t("agents.add")} closeLabel={t("common.close")} look="wide" onClose={onClose}>
      <form
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void handleSave();
        }}
      >
        <div className={css.form}>
          <TextField label={t("agents.name")} required value={name} onChange={(event) => setName(event.target.value)} />
          <TextField
            label={t("login.email")}
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <SelectField
            label={t("agents.role")}
            hint={t(`role.${role}_hint`)}
            value={role}
            disabled={isSelf}
            options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
            onValue={(value) => setRole(ROLES.find((item) => item === value) ?? "agent")}
          />
          <TextField
            label={t("agents.capacity")}
            hint={t("agents.capacity_hint")}
            type="number"
            min={0}
            max={50}
            value={capacity}
            onChange={(event) => setCapacity(event.target.value)}
          />
          <TextField
            label={t(agent ? "agents.new_password" : "login.password")}
            hint={t(agent ? "agents.new_password_hint" : "password.rule", { count: PASSWORD_MIN })}
            type="password"
            autoComplete="new-password"
            required={!agent}
            minLength={PASSWORD_MIN}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
        {teams.length > 0 && (
          <fieldset className={css.choices}>
            <legend>{t("settings.teams")}</legend>
            {teams.map((team) => (
              <CheckField
                key={team.id}
                label={team.name}
                isOn={teamIds.includes(team.id)}
                onToggle={(isOn) => toggleTeam(team.id, isOn)}
              />
            ))}
          </fieldset>
        )}
        {agent && !isSelf && (
          <SwitchField
            label={t("agents.active")}
            hint={t("agents.active_hint")}
            isOn={isActive}
            onToggle={setIsActive}
          />
        )}
        <FormError text={save.error} />
        <DialogFoot>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" isBusy={save.isBusy} data-testid="agent-save">
            {t("common.save")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
