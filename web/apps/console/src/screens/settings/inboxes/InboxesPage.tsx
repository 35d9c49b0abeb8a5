import type { Inbox } from "@parley/protocol";
import { Blank, Button } from "@parley/ui";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { attempt } from "../../../lib/errors";
import { useInboxes } from "../../../lib/hooks";
import { PageHead } from "../parts";
import css from "../Settings.module.css";
import { InboxForm } from "./InboxForm";

export default function InboxesPage() {
  const { t } = useTranslation();
  const inboxes = useInboxes();
  const [chosen, setChosen] = useState<number | "new" | null>(null);
  const current = chosen === "new" ? null : (inboxes.find((inbox) => inbox.id === chosen) ?? inboxes[0] ?? null);
  const isNew = chosen === "new";

  useEffect(() => attempt(desk.loadPeople()), []);

  return (
    <>
      <PageHead title={t("settings.inboxes")} text={t("inboxes.hint")}>
        <Button icon="plus" tone="primary" onClick={() => setChosen("new")} data-testid="inbox-new">
          {t("inboxes.add")}
        </Button>
      </PageHead>
      {inboxes.length === 0 && !isNew && (
        <Blank icon="inbox" title={t("inboxes.empty")} text={t("inboxes.empty_text")} />
      )}
      {(current || isNew) && (
        <div className={css.master}>
          <nav className={css.masterList} aria-label={t("settings.inboxes")}>
            <ul>
              {inboxes.map((inbox) => (
                <li key={inbox.id}>
                  <InboxButton
                    inbox={inbox}
                    isCurrent={!isNew && inbox.id === current?.id}
                    onChoose={() => setChosen(inbox.id)}
                  />
                </li>
              ))}
            </ul>
          </nav>
          <InboxForm key={isNew ? "new" : current?.id} inbox={isNew ? null : current} onCreated={setChosen} />
        </div>
      )}
    </>
  );
}

function InboxButton({ inbox, isCurrent, onChoose }: { inbox: Inbox; isCurrent: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" aria-current={isCurrent ? "true" : undefined} onClick={onChoose}>
      {inbox.name}
      <small className={css.muted}>{t(inbox.is_open ? "inboxes.open_now" : "inboxes.closed_now")}</small>
    </button>
  );
}
