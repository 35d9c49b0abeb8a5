import type { MailAdmin } from "@parley/protocol";
import { Blank, Button, Skeleton } from "@parley/ui";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText, referenceOf } from "../../../lib/errors";
import { PageHead } from "../parts";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { OutboxRow } from "./OutboxRow";
import { flat, type Pages, withItem } from "./paging";
import { Filter } from "./parts";

type StateFilter = MailAdmin.OutState | "";
const STATES: readonly StateFilter[] = ["", "failed", "dead", "uncertain", "pending", "sending"];
const FIRST: string | null = null;

export default function OutboxPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [state, setState] = useState<StateFilter>("");
  const key = ["outbox", state];
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => mailAdmin.outbox(state, pageParam),
    initialPageParam: FIRST,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
    refetchInterval: 10_000,
  });
  const items = flat(query.data?.pages ?? []);
  const handleChange = (item: MailAdmin.OutboxItem): void => {
    client.setQueryData<Pages<MailAdmin.OutboxItem>>(key, (pages) =>
      withItem(pages, item, ({ state: now }) => now !== "cancelled"),
    );
  };
  return (
    <>
      <PageHead title={t("settings.outbox")} text={t("mailout.hint")} />
      <div className={css.tools}>
        <Filter
          label={t("maillog.filter")}
          value={state}
          options={STATES.map((value) => ({ value, label: value ? t(`outstate.${value}`) : t("maillog.all") }))}
          onChange={setState}
        />
      </div>
      {query.isPending && <Skeleton rows={5} label={t("common.loading")} />}
      {query.isError && (
        <Blank
          icon="alert"
          isError
          title={t("list.error")}
          text={errorText(query.error)}
          reference={referenceOf(query.error)}
        >
          <Button onClick={() => void query.refetch()}>{t("common.try_again")}</Button>
        </Blank>
      )}
      {items.length > 0 && (
        <ul className={css.list} aria-label={t("settings.outbox")}>
          {items.map((item) => (
            <OutboxRow key={item.id} item={item} onChange={handleChange} />
          ))}
        </ul>
      )}
      {query.isSuccess && items.length === 0 && (
        <Blank icon="send" title={t("mailout.empty")} text={t("mailout.empty_text")} />
      )}
      {query.hasNextPage && (
        <div>
          <Button onClick={() => void query.fetchNextPage()} isBusy={query.isFetchingNextPage}>
            {t("common.more")}
          </Button>
        </div>
      )}
    </>
  );
}
