import type { MailAdmin } from "@parley/protocol";
import { Blank } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PagedList } from "../../../paging/PagedList";
import { usePages } from "../../../paging/usePages";
import { PageHead } from "../parts";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { OutboxRow } from "./OutboxRow";
import { belongs, type StateFilter } from "./outbox-list";
import { Filter } from "./parts";

const STATES: readonly StateFilter[] = ["", "failed", "dead", "uncertain", "pending", "sending"];

export default function OutboxPage() {
  const { t } = useTranslation();
  const [state, setState] = useState<StateFilter>("");
  const pages = usePages({
    key: ["outbox", state],
    read: (cursor) => mailAdmin.outbox(state, cursor),
    idOf: ({ id }) => id,
    refetchInterval: 10_000,
  });
  const handleChange = (item: MailAdmin.OutboxItem): void => pages.put(item, (one) => belongs(one, state));
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
      <PagedList pages={pages} empty={<Blank icon="send" title={t("mailout.empty")} text={t("mailout.empty_text")} />}>
        {(items) => (
          <ul className={css.list} aria-label={t("settings.outbox")}>
            {items.map((item) => (
              <OutboxRow key={item.id} item={item} onChange={handleChange} />
            ))}
          </ul>
        )}
      </PagedList>
    </>
  );
}
