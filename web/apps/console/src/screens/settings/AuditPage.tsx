import { Blank } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useFormat } from "../../lib/format";
import { PagedList } from "../../paging/PagedList";
import { usePages } from "../../paging/usePages";
import { PageHead, TableCard } from "./parts";
import css from "./Settings.module.css";

export default function AuditPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const pages = usePages({
    key: ["audit"],
    read: desk.api.audit,
    idOf: ({ id }) => id,
  });
  return (
    <>
      <PageHead title={t("settings.audit")} text={t("audit.hint")} />
      <PagedList pages={pages} rows={5} empty={<Blank icon="list" title={t("audit.empty")} />}>
        {(entries) => (
          <TableCard label={t("settings.audit")}>
            <thead>
              <tr>
                <th scope="col">{t("audit.time")}</th>
                <th scope="col">{t("audit.who")}</th>
                <th scope="col">{t("audit.action")}</th>
                <th scope="col">{t("audit.target")}</th>
                <th scope="col">{t("audit.detail")}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id}>
                  <td>
                    <time dateTime={new Date(entry.at).toISOString()}>{format.full(entry.at)}</time>
                  </td>
                  <td>{entry.actor?.name}</td>
                  <td>
                    <code>{entry.action}</code>
                  </td>
                  <td>{entry.target}</td>
                  <td className={css.muted}>{entry.detail}</td>
                </tr>
              ))}
            </tbody>
          </TableCard>
        )}
      </PagedList>
    </>
  );
}
