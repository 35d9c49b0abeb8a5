import type { MailAdmin } from "@parley/protocol";
import { Blank } from "@parley/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useInboxes } from "../../../lib/hooks";
import { PagedList } from "../../../paging/PagedList";
import { usePages } from "../../../paging/usePages";
import { OneOrNoneField } from "../fields";
import { PageHead } from "../parts";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { MailDetail } from "./MailDetail";
import { MailRow } from "./MailRow";
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
const COUNT_KEY = ["mails-held"];

export default function MailsPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const inboxes = useInboxes().filter((inbox) => inbox.channel === "email");
  const [state, setState] = useState<StateFilter>("");
  const [inboxId, setInboxId] = useState<number | null>(null);
  const [shownId, setShownId] = useState<number | null>(null);
  const pages = usePages({
    key: ["mails", state, inboxId],
    read: (cursor) => mailAdmin.mails({ state, inboxId }, cursor),
    idOf: ({ id }) => id,
  });
  const held = useQuery({
    queryKey: COUNT_KEY,
    queryFn: () => mailAdmin.heldCount(),
    staleTime: 0,
    refetchInterval: 30_000,
  });
  const shown = pages.items.find(({ id }) => id === shownId);
  const handleChange = (mail: MailAdmin.MailEntry): void => {
    pages.put(mail);
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
          <OneOrNoneField
            label={t("maillog.inbox")}
            none={t("maillog.all_inboxes")}
            items={inboxes}
            value={inboxId}
            onValue={setInboxId}
          />
        )}
      </div>
      <PagedList
        pages={pages}
        empty={
          <Blank
            icon="mail"
            title={t(state === "quarantined" ? "maillog.none_held" : "maillog.empty")}
            text={t(state === "quarantined" ? "maillog.none_held_text" : "maillog.empty_text")}
          />
        }
      >
        {(mails) => (
          <ul className={css.list} aria-label={t("settings.mails")}>
            {mails.map((mail) => (
              <MailRow key={mail.id} mail={mail} onOpen={() => setShownId(mail.id)} />
            ))}
          </ul>
        )}
      </PagedList>
      {shown && <MailDetail mail={shown} onChange={handleChange} onClose={() => setShownId(null)} />}
    </>
  );
}
