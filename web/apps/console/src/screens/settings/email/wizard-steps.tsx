import type { MailAdmin } from "@parley/protocol";
import { TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { LanguageField, TeamField } from "../fields";
import settings from "../Settings.module.css";
import { useEmailInboxes } from "./api";
import { CheckCard } from "./CheckCard";
import { imapOf, type MailDraft, smtpOf } from "./draft";
import { HealthCard } from "./HealthCard";
import { Notice } from "./parts";
import { type ProviderId, providerOf } from "./presets";
import type { Faults } from "./validate";

export type Basics = Pick<MailAdmin.NewEmailInbox, "name" | "team_id" | "locale">;

const ADDRESS_EXAMPLE = "support@example.com";

interface BasicsProps {
  draft: MailDraft;
  basics: Basics;
  faults: Faults;
  onBasics: (part: Partial<Basics>) => void;
  onChange: (draft: MailDraft) => void;
}

export function BasicsStep({ draft, basics, faults, onBasics, onChange }: BasicsProps) {
  const { t } = useTranslation();
  const fault = faults.address;
  return (
    <div className={settings.form}>
      <TextField
        label={t("inboxes.name")}
        hint={t("mailsetup.name_hint")}
        required
        maxLength={100}
        value={basics.name}
        onChange={(event) => onBasics({ name: event.target.value })}
        data-testid="wizard-name"
      />
      <TextField
        label={t("mailbox.address")}
        hint={t("mailsetup.address_hint")}
        error={fault && t(fault)}
        required
        type="email"
        spellCheck={false}
        placeholder={ADDRESS_EXAMPLE}
        value={draft.address}
        onChange={(event) => onChange({ ...draft, address: event.target.value })}
        data-testid="wizard-address"
      />
      <TeamField value={basics.team_id} onTeam={(team_id) => onBasics({ team_id })} />
      <LanguageField
        label={t("inboxes.locale")}
        hint={t("mailbox.locale_hint")}
        value={basics.locale}
        onLanguage={(locale) => onBasics({ locale })}
      />
    </div>
  );
}

export function TestStep({ draft, providers }: { draft: MailDraft; providers: { in: ProviderId; out: ProviderId } }) {
  const { t } = useTranslation();
  const hasChecks = draft.incoming === "imap" || draft.outgoing === "smtp";
  return (
    <div className={settings.stack}>
      {draft.incoming === "imap" && (
        <CheckCard kind="imap" isAuto request={{ imap: imapOf(draft) }} provider={providerOf(providers.in)} />
      )}
      {draft.incoming === "smtp" && <Notice>{t("mailsetup.test_smtp")}</Notice>}
      {draft.outgoing === "smtp" && (
        <CheckCard kind="smtp" isAuto request={{ smtp: smtpOf(draft) }} provider={providerOf(providers.out)} />
      )}
      {!hasChecks && draft.incoming !== "smtp" && <Notice>{t("mailsetup.test_nothing")}</Notice>}
    </div>
  );
}

/** Shows the state as it is now, not as it was when the inbox was made. */
export function DoneStep({ created }: { created: MailAdmin.EmailInbox }) {
  const fresh = useEmailInboxes().data?.items.find(({ inbox_id }) => inbox_id === created.inbox_id);
  return <HealthCard inbox={fresh ?? created} />;
}
