import { Blank, Button, Skeleton } from "@parley/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { errorText, referenceOf } from "../../lib/errors";
import { useFormat } from "../../lib/format";
import { PageHead } from "./parts";
import css from "./Settings.module.css";

const FIRST: string | null = null;

export default function AuditPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ pageParam }) => desk.api.audit(pageParam),
    initialPageParam: FIRST,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead title={t("settings.audit")} text={t("audit.hint")} />
      {query.isPending && <Skeleton rows={5} label={t("common.loading")} />}
      {query.isError && (
        <Blank
          icon="alert"
          isError
          title={t("list.error")}
          text={errorText(query.error)}
          reference={referenceOf(query.error)}
        />
      )}
      {entries.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by key
        <section className={`${css.card} ${css.tableCard}`} aria-label={t("settings.audit")} tabIndex={0}>
          <table className={css.table}>
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
          </table>
        </section>
      )}
      {query.isSuccess && entries.length === 0 && <Blank icon="list" title={t("audit.empty")} />}
      {query.hasNextPage && (
        <Button onClick={() => void query.fetchNextPage()} isBusy={query.isFetchingNextPage}>
          {t("common.more")}
        </Button>
      )}
    </>
  );
}
