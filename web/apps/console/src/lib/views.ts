import type { ListSpec, SortName, ViewName } from "@parley/client";
import type { AgentBrief, Team } from "@parley/protocol";
import { useTranslation } from "react-i18next";
import { desk } from "../app/desk";
import { sortedByName, useCounts, useMe, useTeams } from "./hooks";

const ALL: readonly ViewName[] = ["all"];
const NAMES: readonly ViewName[] = ["mine", "unassigned", "open", "pending", "on_hold", "solved", "closed"];

export interface ViewEntry {
  view: string;
  label: string;
  count: number | null;
  isTeam: boolean;
}

/** `team-3` in an address is the view of team 3. Null: no such view. */
export function parseView(view: string, q: string, sort: SortName): ListSpec | null {
  const team = /^team-(\d+)$/.exec(view)?.[1];
  if (team) return { view: "team", teamId: Number(team), q, sort };
  const name = [...NAMES, ...ALL].find((item) => item === view);
  return name ? { view: name, teamId: null, q, sort } : null;
}

/** Administrators and supervisors see every team, agents the ones they are in. */
function teamsOf(teams: readonly Team[], me: AgentBrief | undefined): readonly Team[] {
  const seesAll = me?.role === "administrator" || me?.role === "supervisor";
  return teams.filter((team) => seesAll || (me && team.member_ids.includes(me.id)));
}

/** The n-th view of the rail, from 1. */
export function viewAt(position: number): string | undefined {
  const teams = teamsOf(sortedByName(desk.store.state.teams), desk.me?.agent);
  return [...NAMES, ...teams.map((team) => `team-${team.id}`)][position - 1];
}

/** The views of the rail in their order. */
export function useViewEntries(): ViewEntry[] {
  const { t } = useTranslation();
  const counts = useCounts();
  const teams = useTeams();
  const me = useMe()?.agent;
  const views = NAMES.map((view) => ({
    view: String(view),
    label: t(`view.${view}`),
    count: counts && view in counts && view !== "team" ? counts[view] : null,
    isTeam: false,
  }));
  return [
    ...views,
    ...teamsOf(teams, me).map((team) => ({
      view: `team-${team.id}`,
      label: team.name,
      count: counts ? (counts.teams[String(team.id)] ?? 0) : null,
      isTeam: true,
    })),
  ];
}
