import type { Message } from "@parley/protocol";
import i18next, { type TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useAgents, useTeams } from "../../lib/hooks";

interface Names {
  agent: (id: unknown) => string;
  team: (id: unknown) => string;
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** Teams come as an id or already as a name. */
function teamOf(value: unknown, names: Names, t: TFunction): string {
  if (value === null || value === undefined || value === "") return t("event.no_team");
  return typeof value === "number" ? names.team(value) : text(value);
}

function assigned(params: Message["params"], actor: string, names: Names, t: TFunction): string {
  const name = text(params.agent_name) || names.agent(params.agent_id);
  if (!name) return actor ? t("event.unassigned_by", { actor }) : t("event.unassigned");
  const reason = text(params.reason);
  const key = reason ? `event.assigned_${reason}` : "";
  if (key && i18next.exists(key)) return t(key, { name, actor });
  return actor && actor !== name ? t("event.assigned_by", { name, actor }) : t("event.assigned", { name });
}

export function eventText(message: Message, names: Names, t: TFunction): string {
  const { code, params } = message;
  const actor = message.author.kind === "agent" ? message.author.name : "";
  const by = actor ? "_by" : "";
  switch (code) {
    case "state_changed":
      return t(`event.state${by}`, { actor, to: t(`state.${text(params.to)}`) });
    case "priority_changed":
      return t(`event.priority${by}`, { actor, to: t(`priority.${text(params.to)}`) });
    case "team_changed":
      return t(`event.team${by}`, { actor, to: teamOf(params.to, names, t) });
    case "assigned":
      return assigned(params, actor, names, t);
    case "rated":
      return t("event.rated", { score: text(params.score) });
    case "contact_left":
      return t("event.contact_left");
    // Named and explained by a part of its own.
    case "delivery_failed":
      return "";
    case "offer_declined":
      return t("event.offer_declined", { name: text(params.agent_name) });
    case "offer_expired":
      return t("event.offer_expired", { name: text(params.agent_name) });
    default:
      return actor ? t("event.other_by", { actor }) : t("event.other");
  }
}

export function useEventText(message: Message): string {
  const { t } = useTranslation();
  const agents = useAgents();
  const teams = useTeams();
  const names: Names = {
    agent: (id) => agents.find((agent) => agent.id === id)?.name ?? "",
    team: (id) => teams.find((team) => team.id === id)?.name ?? "",
  };
  return eventText(message, names, t);
}
