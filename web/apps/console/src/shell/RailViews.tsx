import { Link, useParams } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/format";
import { useViewEntries, type ViewEntry } from "../lib/views";
import css from "./Rail.module.css";

interface ViewLineProps {
  view: string;
  label: string;
  count: string | null;
  isCurrent: boolean;
}

const ViewLine = memo(function ViewLine({ view, label, count, isCurrent }: ViewLineProps) {
  return (
    <li>
      <Link
        to="/inbox/$view"
        params={{ view }}
        className={css.link}
        activeOptions={{ includeSearch: false }}
        aria-current={isCurrent ? "page" : undefined}
      >
        <span className={css.viewName}>{label}</span>
        {count !== null && <b className={css.count}>{count}</b>}
      </Link>
    </li>
  );
});

/** The views of the inbox with their live counts. */
export function RailViews() {
  const { t } = useTranslation();
  const format = useFormat();
  const { view } = useParams({ strict: false });
  const entries = useViewEntries();
  const teams = entries.filter((entry) => entry.isTeam);
  const line = ({ view: name, label, count }: ViewEntry) => (
    <ViewLine
      key={name}
      view={name}
      label={label}
      count={count === null ? null : format.count(count)}
      isCurrent={name === view}
    />
  );
  return (
    <ul className={css.views}>
      {entries.filter((entry) => !entry.isTeam).map(line)}
      {teams.length > 0 && <li className={css.label}>{t("view.teams")}</li>}
      {teams.map(line)}
    </ul>
  );
}
