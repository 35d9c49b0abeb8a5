import type { Inbox, MailAdmin } from "@parley/protocol";
import { TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { LanguageField } from "../fields";
import { HoursCard } from "../inboxes/HoursCard";
import { type Routing, RoutingFields } from "../inboxes/RoutingFields";
import { Card } from "../parts";
import { SaveBar } from "../SaveBar";
import settings from "../Settings.module.css";
import { useSave } from "../useSave";
import { AddressFields, TrustFields } from "./AddressFields";
import { mailAdmin, useEmailInboxes, useKeepEmailInbox } from "./api";
import { draftOf, type MailDraft, settingsOf } from "./draft";
import { HealthCard } from "./HealthCard";
import { Reading } from "./parts";
import { RightsField } from "./RightsField";
import { ServerSection } from "./ServerSection";
import { SignatureFields } from "./SignatureFields";
import { type Section, Tabs } from "./Tabs";
import { type Faults, faultsOf } from "./validate";

/** Where the first of these faults is to be seen. */
function sectionOf(faults: Faults): Section {
  const [first = ""] = Object.keys(faults);
  if (first.startsWith("imap.")) return "incoming";
  return first.startsWith("smtp.") || first === "rate_per_minute" ? "outgoing" : "general";
}

export default function EmailInboxForm({ inbox }: { inbox: Inbox }) {
  const query = useEmailInboxes();
  const { t } = useTranslation();
  return (
    <Reading query={query}>
      {({ items }) => {
        const own = items.find(({ inbox_id }) => inbox_id === inbox.id);
        return own ? <Form inbox={inbox} own={own} /> : <p role="alert">{t("error.not_found")}</p>;
      }}
    </Reading>
  );
}

/** What an e-mail inbox has in common with the others. */
type Basics = Routing & Pick<Inbox, "name" | "locale" | "business_hours">;

function Form({ inbox, own }: { inbox: Inbox; own: MailAdmin.EmailInbox }) {
  const { t } = useTranslation();
  const save = useSave();
  const keep = useKeepEmailInbox();
  const [section, setSection] = useState<Section>("general");
  const [basics, setBasics] = useState<Basics>(() => basicsOf(inbox));
  const [draft, setDraft] = useState(() => draftOf(own));
  const [faults, setFaults] = useState<Faults>({});
  // A saved secret is a stored one: its field begins anew.
  const [saves, setSaves] = useState(0);
  const change = (next: MailDraft): void => {
    setDraft(next);
    if (Object.keys(faults).length > 0) setFaults(faultsOf(next));
    save.touch();
  };
  const changeBasics = (part: Partial<Basics>): void => {
    setBasics({ ...basics, ...part });
    save.touch();
  };
  const patch = (part: Partial<MailDraft>): void => change({ ...draft, ...part });
  const handleSave = async (): Promise<void> => {
    const found = faultsOf(draft);
    setFaults(found);
    if (Object.keys(found).length > 0) return setSection(sectionOf(found));
    const isDone = await save.run(async () => {
      if (JSON.stringify(basics) !== JSON.stringify(basicsOf(inbox))) {
        const answer = await desk.api.updateInbox(inbox.id, { ...basics, name: basics.name.trim() });
        desk.store.dispatch({ type: "inboxes", items: [answer.inbox] });
      }
      // The switch above is saved by itself, and may have been turned meanwhile.
      const fresh = await mailAdmin.saveEmailInbox(inbox.id, settingsOf({ ...draft, is_enabled: own.is_enabled }));
      keep(fresh);
      setDraft(draftOf(fresh));
    });
    if (isDone) setSaves(saves + 1);
  };
  return (
    <div className={settings.stack} data-testid="email-inbox-form">
      <HealthCard inbox={own} />
      <Tabs value={section} onChange={setSection} />
      <form
        noValidate
        className={settings.stack}
        id="email-section"
        role="tabpanel"
        aria-labelledby={`tab-${section}`}
        onSubmit={(event) => {
          event.preventDefault();
          void handleSave();
        }}
      >
        {section === "general" && (
          <>
            <Card title={t("mailbox.addresses")}>
              <NameFields basics={basics} onChange={changeBasics} />
              <div className={settings.gap}>
                <AddressFields draft={draft} faults={faults} onChange={patch} />
              </div>
            </Card>
            <RoutingFields draft={basics} onChange={changeBasics} />
            <HoursCard hours={basics.business_hours} onChange={(business_hours) => changeBasics({ business_hours })} />
            <Card title={t("mailbox.recipients")}>
              <RightsField value={draft.recipients} onChange={(recipients) => patch({ recipients })} />
            </Card>
            <Card title={t("mailbox.trust")}>
              <TrustFields draft={draft} faults={faults} onChange={patch} />
            </Card>
          </>
        )}
        {section === "incoming" && (
          <ServerSection key={`in${saves}`} kind="imap" id={inbox.id} {...{ draft, faults, change }} />
        )}
        {section === "outgoing" && (
          <ServerSection key={`out${saves}`} kind="smtp" id={inbox.id} {...{ draft, faults, change }} />
        )}
        {section === "signature" && (
          <Card title={t("mailbox.tab_signature")}>
            <SignatureFields draft={draft} inboxName={basics.name} onChange={patch} />
          </Card>
        )}
        <SaveBar save={save} isDisabled={!basics.name.trim()} saved={t("mailbox.saved")} testId="email-save" />
      </form>
    </div>
  );
}

function basicsOf({ name, locale, business_hours, assignment, team_id, offer_timeout_s }: Inbox): Basics {
  return { name, locale, business_hours, assignment, team_id, offer_timeout_s };
}

function NameFields({ basics, onChange }: { basics: Basics; onChange: (part: Partial<Basics>) => void }) {
  const { t } = useTranslation();
  return (
    <div className={settings.form}>
      <TextField
        label={t("inboxes.name")}
        required
        value={basics.name}
        maxLength={100}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <LanguageField
        label={t("inboxes.locale")}
        hint={t("mailbox.locale_hint")}
        value={basics.locale}
        onLanguage={(locale) => onChange({ locale })}
      />
    </div>
  );
}
