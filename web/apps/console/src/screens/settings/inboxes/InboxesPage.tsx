import type { Inbox } from "@parley/protocol";
import { Blank, cx, Icon, MenuButton, Skeleton } from "@parley/ui";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { withWords } from "../../../i18n";
import { attempt } from "../../../lib/errors";
import { useInboxes } from "../../../lib/hooks";
import { PageHead } from "../parts";
import css from "../Settings.module.css";
import { InboxForm } from "./InboxForm";

const EmailInboxForm = lazy(() => withWords("mail", import("../email/EmailInboxForm")));
const Wizard = lazy(() => withWords("mail", import("../email/Wizard")));

type Chosen = number | "new_chat" | "new_email" | null;

export default function InboxesPage() {
  const { t } = useTranslation();
  const inboxes = useInboxes();
  const [chosen, setChosen] = useState<Chosen>(null);
  const isNew = chosen === "new_chat" || chosen === "new_email";
  const current = isNew ? null : (inboxes.find((inbox) => inbox.id === chosen) ?? inboxes[0] ?? null);

  useEffect(() => attempt(desk.loadPeople()), []);

  return (
    <>
      <PageHead title={t("settings.inboxes")} text={t("inboxes.hint")}>
        <MenuButton
          label={t("inboxes.add")}
          look={{ tone: "primary" }}
          placement="bottom end"
          entries={[
            { id: "new_chat", label: t("inboxes.add_chat"), icon: "chat", testId: "inbox-new-chat" },
            { id: "new_email", label: t("inboxes.add_email"), icon: "mail", testId: "inbox-new-email" },
          ]}
          onChoose={(id) => setChosen(id === "new_email" ? "new_email" : "new_chat")}
          testId="inbox-new"
        >
          <Icon name="plus" />
          {t("inboxes.add")}
        </MenuButton>
      </PageHead>
      {inboxes.length === 0 && !isNew && (
        <Blank icon="inbox" title={t("inboxes.empty")} text={t("inboxes.empty_text")} />
      )}
      {(current || isNew) && (
        <div className={css.master}>
          <nav className={cx(css.masterList, isNew && css.aside)} aria-label={t("settings.inboxes")}>
            <ul>
              {inboxes.map((inbox) => (
                <li key={inbox.id}>
                  <InboxButton
                    inbox={inbox}
                    isCurrent={inbox.id === current?.id}
                    onChoose={() => setChosen(inbox.id)}
                  />
                </li>
              ))}
            </ul>
          </nav>
          <Suspense fallback={<Skeleton rows={4} label={t("common.loading")} />}>
            {chosen === "new_email" && <Wizard onCancel={() => setChosen(null)} onDone={setChosen} />}
            {current?.channel === "email" && <EmailInboxForm key={current.id} inbox={current} />}
            {(chosen === "new_chat" || (current && current.channel !== "email")) && (
              <InboxForm key={current?.id ?? "new"} inbox={current} onCreated={setChosen} />
            )}
          </Suspense>
        </div>
      )}
    </>
  );
}

function InboxButton({ inbox, isCurrent, onChoose }: { inbox: Inbox; isCurrent: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const isEmail = inbox.channel === "email";
  return (
    <button
      type="button"
      aria-current={isCurrent ? "true" : undefined}
      onClick={onChoose}
      data-testid="inbox-choose"
      data-inbox-id={inbox.id}
    >
      {inbox.name}
      <small className={css.muted}>
        {isEmail ? t("inboxes.kind_email") : t(inbox.is_open ? "inboxes.open_now" : "inboxes.closed_now")}
      </small>
    </button>
  );
}
