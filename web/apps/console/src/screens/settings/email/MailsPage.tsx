import type { MailAdmin } from "@parley/protocol";
import { Blank, Button, SelectField, Skeleton } from "@parley/ui";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText, referenceOf } from "../../../lib/errors";
import { useInboxes } from "../../../lib/hooks";
import { PageHead } from "../parts";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { MailDetail } from "./MailDetail";
import { MailRow } from "./MailRow";
import { flat, type Pages, withItem } from "./paging";
import { Filter } from "./parts";

type StateFilter = MailAdmin.MailState | "";

/** What needs somebody comes first. */
const STATES: readonly StateFilter[] = [
  "",
  "quarantined",
  "ticket",
  "joined",
  "bounce",
  "report",
  "ignored",
  "blocked",
  "discarded",
];
const FIRST: string | null = null;
const COUNT_KEY = ["mails-held"];

export default function MailsPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const inboxes = useInboxes().filter((inbox) => inbox.channel === "email");
  const [state, setState] = useState<StateFilter>("");
  const [inboxId, setInboxId] = useState<number | null>(null);
  const [shownId, setShownId] = useState<number | null>(null);
  const key = ["mails", state, inboxId];
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => mailAdmin.mails({ state, inboxId }, pageParam),
    initialPageParam: FIRST,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const held = useQuery({
    queryKey: COUNT_KEY,
    queryFn: () => mailAdmin.heldCount(),
    staleTime: 0,
    refetchInterval: 30_000,
  });
  const mails = flat(query.data?.pages ?? []);
  const shown = mails.find(({ id }) => id === shownId);
  const handleChange = (mail: MailAdmin.MailEntry): void => {
    client.setQueryData<Pages<MailAdmin.MailEntry>>(key, (pages) => withItem(pages, mail));
    void client.invalidateQueries({ queryKey: COUNT_KEY });
  };
  return (
    <>
      <PageHead title={t("settings.mails")} text={t("maillog.hint")} />
      <div className={css.tools}>
        <Filter
          label={t("maillog.filter")}
          value={state}
          options={STATES.map((value) => ({
            value,
            label: value ? t(`mailstate.${value}`) : t("maillog.all"),
            count: value === "quarantined" && held.data ? String(held.data) : undefined,
          }))}
          onChange={setState}
        />
        {inboxes.length > 1 && (
          <SelectField
            label={t("maillog.inbox")}
            value={String(inboxId ?? "")}
            options={[
              { value: "", label: t("maillog.all_inboxes") },
              ...inboxes.map((inbox) => ({ value: String(inbox.id), label: inbox.name })),
            ]}
            onValue={(value) => setInboxId(value ? Number(value) : null)}
          />
        )}
      </div>
      {query.isPending && <Skeleton rows={6} label={t("common.loading")} />}
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
      {mails.length > 0 && (
        <ul className={css.list} aria-label={t("settings.mails")}>
          {mails.map((mail) => (
            <MailRow key={mail.id} mail={mail} onOpen={() => setShownId(mail.id)} />
          ))}
        </ul>
      )}
      {query.isSuccess && mails.length === 0 && (
        <Blank
          icon="mail"
          title={t(state === "quarantined" ? "maillog.none_held" : "maillog.empty")}
          text={t(state === "quarantined" ? "maillog.none_held_text" : "maillog.empty_text")}
        />
      )}
      {query.hasNextPage && (
        <div>
          <Button onClick={() => void query.fetchNextPage()} isBusy={query.isFetchingNextPage}>
            {t("common.more")}
          </Button>
        </div>
      )}
      {shown && <MailDetail mail={shown} onChange={handleChange} onClose={() => setShownId(null)} />}
    </>
  );
}
