import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/format";
import { useViewEntries } from "../lib/views";
import css from "./Rail.module.css";

/** The views of the inbox with their live counts. */
export function RailViews() {
  const { t } = useTranslation();
  const format = useFormat();
  const { view } = useParams({ strict: false });
  const entries = useViewEntries();
  const teams = entries.filter((entry) => entry.isTeam);
  const line = (entry: (typeof entries)[number]) => (
    <li key={entry.view}>
      <Link
        to="/inbox/$view"
        params={{ view: entry.view }}
        className={css.link}
        activeOptions={{ includeSearch: false }}
        aria-current={entry.view === view ? "page" : undefined}
      >
        <span className={css.viewName}>{entry.label}</span>
        {entry.count !== null && <b className={css.count}>{format.count(entry.count)}</b>}
      </Link>
    </li>
  );
  return (
    <ul className={css.views}>
      {entries.filter((entry) => !entry.isTeam).map(line)}
      {teams.length > 0 && <li className={css.label}>{t("view.teams")}</li>}
      {teams.map(line)}
    </ul>
  );
}
