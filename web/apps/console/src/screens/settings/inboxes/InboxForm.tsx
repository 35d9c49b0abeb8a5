import type { InboxFields } from "@parley/client";
import type { Inbox } from "@parley/protocol";
import { TextAreaField, TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { LanguageField } from "../fields";
import { Card } from "../parts";
import { SaveBar } from "../SaveBar";
import css from "../Settings.module.css";
import { useSave } from "../useSave";
import { AccentField } from "./AccentField";
import { EmailAnswersCard } from "./EmailAnswersCard";
import { HoursCard } from "./HoursCard";
import { InstallCard } from "./InstallCard";
import { PrechatFields } from "./PrechatFields";
import { RoutingFields } from "./RoutingFields";

export type InboxDraft = Required<InboxFields>;

function draftOf(inbox: Inbox | null): InboxDraft {
  if (inbox) {
    const { id: _id, key: _key, channel: _channel, is_open: _isOpen, ...fields } = inbox;
    return fields;
  }
  return {
    name: "",
    team_id: null,
    locale: "en",
    accent: "#2447c7",
    greeting: "",
    allowed_domains: [],
    assignment: "offer",
    offer_timeout_s: 30,
    email_inbox_id: null,
    prechat: { is_enabled: false, fields: ["name", "email"] },
    business_hours: {
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      is_always_open: true,
      days: {},
      holidays: [],
    },
  };
}

export function InboxForm({ inbox, onCreated }: { inbox: Inbox | null; onCreated: (id: number) => void }) {
  const save = useSave();
  const [draft, setDraft] = useState(() => draftOf(inbox));
  const change = (patch: InboxFields): void => {
    setDraft({ ...draft, ...patch });
    save.touch();
  };
  const handleSave = async (): Promise<void> => {
    const fields = { ...draft, name: draft.name.trim(), allowed_domains: draft.allowed_domains.filter(Boolean) };
    await save.run(async () => {
      const answer = inbox ? await desk.api.updateInbox(inbox.id, fields) : await desk.api.createInbox(fields);
      desk.store.dispatch({ type: "inboxes", items: [answer.inbox] });
      if (!inbox) onCreated(answer.inbox.id);
    });
  };
  return (
    <form
      className={css.stack}
      onSubmit={(event) => {
        event.preventDefault();
        void handleSave();
      }}
    >
      <Basics draft={draft} onChange={change} />
      <RoutingFields draft={draft} onChange={change} />
      <EmailAnswersCard value={draft.email_inbox_id} onInbox={(email_inbox_id) => change({ email_inbox_id })} />
      <HoursCard hours={draft.business_hours} onChange={(business_hours) => change({ business_hours })} />
      {inbox && <InstallCard inbox={inbox} />}
      <SaveBar save={save} isDisabled={!draft.name.trim()} testId="inbox-save" />
    </form>
  );
}

interface PartProps {
  draft: InboxDraft;
  onChange: (patch: InboxFields) => void;
}

function Basics({ draft, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("inboxes.basics")}>
      <div className={css.form}>
        <TextField
          label={t("inboxes.name")}
          required
          value={draft.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <LanguageField label={t("inboxes.locale")} value={draft.locale} onLanguage={(locale) => onChange({ locale })} />
        <div className={css.full}>
          <TextAreaField
            label={t("inboxes.greeting")}
            hint={t("inboxes.greeting_hint")}
            rows={2}
            value={draft.greeting}
            onChange={(event) => onChange({ greeting: event.target.value })}
          />
        </div>
        <AccentField value={draft.accent} onChange={(accent) => onChange({ accent })} />
        <TextAreaField
          label={t("inboxes.domains")}
          hint={t("inboxes.domains_hint")}
          rows={2}
          value={draft.allowed_domains.join("\n")}
          onChange={(event) => onChange({ allowed_domains: event.target.value.split(/[\s,，]+/) })}
        />
      </div>
      <PrechatFields value={draft.prechat} onChange={(prechat) => onChange({ prechat })} />
    </Card>
  );
}
