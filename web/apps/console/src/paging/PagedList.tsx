import { Button, Skeleton } from "@parley/ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import css from "./PagedList.module.css";
import { ReadFailure } from "./ReadFailure";
import type { PagesReading } from "./usePages";

interface PagedListProps<T> {
  pages: PagesReading<T>;
  /** Of the boxes that stand there until the first page is here. */
  rows?: number;
  errorTitle?: string;
  /** Stands there when there is nothing. */
  empty: ReactNode;
  children: (items: readonly T[]) => ReactNode;
}

/** The states of a list that comes page by page: loading, failed, empty, entries, more of them. */
export function PagedList<T>({ pages, rows = 6, errorTitle, empty, children }: PagedListProps<T>) {
  const { t } = useTranslation();
  const { query, items } = pages;
  return (
    <>
      {query.isPending && <Skeleton rows={rows} label={t("common.loading")} />}
      {query.isError && (
        <ReadFailure
          error={query.error}
          onRetry={() => void query.refetch()}
          {...(errorTitle === undefined ? {} : { title: errorTitle })}
        />
      )}
      {items.length > 0 && children(items)}
      {query.isSuccess && items.length === 0 && empty}
      {query.hasNextPage && (
        <div className={css.more}>
          <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </>
  );
}
