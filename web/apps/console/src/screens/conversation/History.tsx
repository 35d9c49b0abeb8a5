import type { Change } from "@parley/protocol";
import { Dialog } from "@parley/ui";
import type { TFunction } from "i18next";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useFormat } from "../../lib/format";
import { useAgents, useTeams } from "../../lib/hooks";
import { PagedList } from "../../paging/PagedList";
import { usePages } from "../../paging/usePages";
import css from "./History.module.css";
import { eventText } from "./useEventText";

/** How the sending of a mail went stands at the mail itself. */
const isTold = ({ kind }: Change): boolean => kind !== "message.updated";

/** Everything that ever happened to this ticket, newest first, as the journal has it. */
export default function History({ ticketId, onClose }: { ticketId: number; onClose: () => void }) {
  const { t } = useTranslation();
  const pages = usePages({
    key: ["history", ticketId],
    read: (cursor) => desk.api.history(ticketId, cursor),
    idOf: ({ version, kind }) => `${version}-${kind}`,
  });
  return (
    <Dialog title={t("history.title")} closeLabel={t("common.close")} look="side" onClose={onClose}>
      <p className={css.hint}>{t("history.hint")}</p>
      <PagedList pages={pages} rows={5} errorTitle={t("history.error")} empty={null}>
        {(changes) => (
          <ol className={css.list} data-testid="history">
            {changes.filter(isTold).map((change) => (
              <HistoryLine key={`${change.version}-${change.kind}`} change={change} />
            ))}
          </ol>
        )}
      </PagedList>
    </Dialog>
  );
}

interface Names {
  agents: ReadonlyMap<unknown, string>;
  teams: ReadonlyMap<unknown, string>;
}

function shown(field: string, value: unknown, names: Names, t: TFunction): string {
  if (value === null || value === undefined || value === "") return t("history.nothing");
  if (field === "assignee_id") return names.agents.get(value) ?? `#${String(value)}`;
  if (field === "team_id") return names.teams.get(value) ?? `#${String(value)}`;
  if (field === "state" || field === "priority" || field === "type") return t(`${field}.${String(value)}`);
  if (Array.isArray(value)) return value.length === 0 ? t("history.nothing") : value.join(", ");
  return typeof value === "object" ? "…" : String(value);
}

function headline(change: Change, kind: string, names: Names, t: TFunction): string {
  const { message } = change;
  if (message?.kind === "system") {
    const name = (from: ReadonlyMap<unknown, string>) => (id: unknown) => from.get(id) ?? "";
    return eventText(message, { agent: name(names.agents), team: name(names.teams) }, t);
  }
  if (message) return t(`history.message_${message.kind}`);
  return t(i18next.exists(kind) ? kind : "history.kind_changed");
}

function HistoryLine({ change }: { change: Change }) {
  const { t } = useTranslation();
  const format = useFormat();
  const agents = useAgents();
  const teams = useTeams();
  const names: Names = {
    agents: new Map(agents.map((agent) => [agent.id, agent.name])),
    teams: new Map(teams.map((team) => [team.id, team.name])),
  };
  const known = change.changes.filter((item) => i18next.exists(`history.field_${item.field}`));
  const kind = `history.kind_${change.kind.replace(".", "_")}`;
  const message = change.message;
  return (
    <li className={css.line}>
      <p className={css.meta}>
        <span>{change.actor.name || t("history.system")}</span>
        <time dateTime={new Date(change.at).toISOString()}>{format.full(change.at)}</time>
      </p>
      {known.length === 0 && <p>{headline(change, kind, names, t)}</p>}
      {message?.text && <p className={css.quote}>{message.text.slice(0, 160)}</p>}
      {known.map((item) => (
        <p key={item.field}>
          {t(`history.field_${item.field}`)}: {shown(item.field, item.from, names, t)} →{" "}
          <b>{shown(item.field, item.to, names, t)}</b>
        </p>
      ))}
    </li>
  );
}
