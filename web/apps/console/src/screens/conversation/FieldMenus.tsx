import type { Priority, TicketState, TicketType } from "@parley/protocol";
import { Avatar, cx, Icon, MenuButton, type MenuEntry, Presence } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { type ShownTicket, useAgent, useAgents, useMe, useTeams } from "../../lib/hooks";
import { openOverlay, useOverlay } from "../../lib/ui-state";
import { nextStates, patch, setState } from "./actions";
import css from "./Header.module.css";

interface FieldProps {
  ticket: ShownTicket;
  canEdit: boolean;
}

const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];
const TYPES: readonly TicketType[] = ["question", "incident", "problem", "task", "complaint"];
const priorityIcons = { urgent: "upup", high: "up", normal: "list", low: "down" } as const;

export function StateDot({ state }: { state: TicketState }) {
  return <i className={cx(css.dot, css[state])} aria-hidden="true" />;
}

export function StateMenu({ ticket, canEdit }: FieldProps) {
  const { t } = useTranslation();
  const choices = nextStates(ticket.state);
  const shown = (
    <>
      <StateDot state={ticket.state} />
      {t(`state.${ticket.state}`)}
    </>
  );
  if (!canEdit || choices.length === 0) return <span className={css.fixed}>{shown}</span>;
  const entries: MenuEntry[] = choices.map((state) => ({
    id: state,
    label: t(`state.${state}`),
    lead: <StateDot state={state} />,
    testId: `state-${state}`,
    ...(state === "solved" ? { hotkey: "E" } : {}),
  }));
  return (
    <MenuButton
      label={t("field.state", { value: t(`state.${ticket.state}`) })}
      entries={entries}
      onChoose={(id) => {
        const state = choices.find((choice) => choice === id);
        if (state) void setState(ticket, state);
      }}
      testId="state-menu"
    >
      {shown}
    </MenuButton>
  );
}

export function AssigneeMenu({ ticket, canEdit }: FieldProps) {
  const { t } = useTranslation();
  const agents = useAgents();
  const me = useMe()?.agent.id;
  const overlay = useOverlay();
  const owner = useAgent(ticket.assignee_id);
  const name = owner?.name ?? t("field.nobody");
  const shown = (
    <>
      {owner ? <Avatar id={owner.id} name={owner.name} size="xs" /> : <Icon name="user" size="sm" />}
      {name}
    </>
  );
  if (!canEdit) return <span className={css.fixed}>{shown}</span>;
  const able = agents.filter((agent) => agent.is_active && agent.role !== "light_agent" && agent.id !== me);
  const mine = agents.filter((agent) => agent.id === me);
  const entries: MenuEntry[] = [
    ...[...mine, ...able].map((agent) => ({
      id: String(agent.id),
      label: agent.id === me ? t("field.me", { name: agent.name }) : agent.name,
      lead: <Presence state={agent.is_connected ? agent.status : "offline"} />,
      isSelected: agent.id === ticket.assignee_id,
      ...(agent.id === me ? { hotkey: "I" } : {}),
    })),
    { id: "none", label: t("field.nobody"), icon: "user", isSelected: ticket.assignee_id === null },
  ];
  return (
    <MenuButton
      label={t("field.assignee", { value: name })}
      entries={entries}
      isOpen={overlay === "assignee"}
      onOpenChange={(isOpen) => openOverlay(isOpen ? "assignee" : null)}
      onChoose={(id) => void patch(ticket, { assignee_id: id === "none" ? null : Number(id) })}
      testId="assignee-menu"
    >
      {shown}
    </MenuButton>
  );
}

export function PriorityMenu({ ticket, canEdit }: FieldProps) {
  const { t } = useTranslation();
  const overlay = useOverlay();
  const value = t(`priority.${ticket.priority}`);
  const shown = (
    <>
      <Icon
        name={priorityIcons[ticket.priority]}
        size="sm"
        className={cx(ticket.priority === "urgent" && css.urgent)}
      />
      {value}
    </>
  );
  if (!canEdit) return <span className={css.fixed}>{shown}</span>;
  return (
    <MenuButton
      label={t("field.priority", { value })}
      entries={PRIORITIES.map((priority) => ({
        id: priority,
        label: t(`priority.${priority}`),
        icon: priorityIcons[priority],
        isSelected: priority === ticket.priority,
      }))}
      isOpen={overlay === "priority"}
      onOpenChange={(isOpen) => openOverlay(isOpen ? "priority" : null)}
      onChoose={(id) => {
        const priority = PRIORITIES.find((item) => item === id);
        if (priority) void patch(ticket, { priority });
      }}
      testId="priority-menu"
    >
      {shown}
    </MenuButton>
  );
}

export function TeamMenu({ ticket, canEdit }: FieldProps) {
  const { t } = useTranslation();
  const teams = useTeams();
  const team = teams.find((item) => item.id === ticket.team_id);
  const value = team?.name ?? t("field.no_team");
  if (teams.length === 0) return null;
  if (!canEdit) return <span className={css.fixed}>{value}</span>;
  const entries: MenuEntry[] = [
    ...teams.map((item) => ({ id: String(item.id), label: item.name, isSelected: item.id === ticket.team_id })),
    { id: "none", label: t("field.no_team"), isSelected: ticket.team_id === null },
  ];
  return (
    <MenuButton
      label={t("field.team", { value })}
      entries={entries}
      onChoose={(id) => void patch(ticket, { team_id: id === "none" ? null : Number(id) })}
      testId="team-menu"
    >
      <Icon name="users" size="sm" />
      <span className={css.value}>{value}</span>
    </MenuButton>
  );
}

export function TypeMenu({ ticket, canEdit }: FieldProps) {
  const { t } = useTranslation();
  const value = ticket.type ? t(`type.${ticket.type}`) : t("type.none");
  if (!canEdit) return ticket.type ? <span className={css.fixed}>{value}</span> : null;
  const entries: MenuEntry[] = [
    ...TYPES.map((type) => ({ id: String(type), label: t(`type.${type}`), isSelected: type === ticket.type })),
    { id: "none", label: t("type.none"), isSelected: ticket.type === null },
  ];
  return (
    <MenuButton
      label={t("field.type", { value })}
      entries={entries}
      onChoose={(id) => void patch(ticket, { type: TYPES.find((type) => type === id) ?? null })}
      testId="type-menu"
    >
      {value}
    </MenuButton>
  );
}
