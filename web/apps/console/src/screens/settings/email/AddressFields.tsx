import { SwitchField, TextAreaField, TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import settings from "../Settings.module.css";
import type { MailDraft } from "./draft";
import type { Faults } from "./validate";

const SERVER_EXAMPLE = "mx.example.com";

interface AddressProps {
  draft: MailDraft;
  faults: Faults;
  onChange: (patch: Partial<MailDraft>) => void;
}

const lines = (text: string): string[] => text.split(/[\s,，;；]+/);

export function AddressFields({ draft, faults, onChange }: AddressProps) {
  const { t } = useTranslation();
  const { address: addressFault, aliases: aliasFault } = faults;
  return (
    <div className={settings.form}>
      <TextField
        label={t("mailbox.address")}
        error={addressFault && t(addressFault)}
        type="email"
        spellCheck={false}
        required
        value={draft.address}
        onChange={(event) => onChange({ address: event.target.value })}
      />
      <TextField
        label={t("mailbox.sender")}
        hint={t("mailbox.sender_hint")}
        value={draft.sender_name}
        maxLength={100}
        onChange={(event) => onChange({ sender_name: event.target.value })}
      />
      <div className={settings.full}>
        <TextAreaField
          label={t("mailbox.aliases")}
          hint={t("mailbox.aliases_hint")}
          error={aliasFault && t(aliasFault)}
          rows={2}
          spellCheck={false}
          value={draft.aliases.join("\n")}
          onChange={(event) => onChange({ aliases: lines(event.target.value) })}
        />
      </div>
      <div className={settings.full}>
        <SwitchField
          label={t("mailbox.agent_name")}
          hint={t("mailbox.agent_name_hint")}
          isOn={draft.uses_agent_name}
          onToggle={(uses_agent_name) => onChange({ uses_agent_name })}
        />
      </div>
    </div>
  );
}

export function TrustFields({ draft, faults, onChange }: AddressProps) {
  const { t } = useTranslation();
  const fault = faults.trusted_servers;
  return (
    <TextAreaField
      label={t("mailbox.trusted")}
      hint={t("mailbox.trusted_hint")}
      error={fault && t(fault)}
      rows={2}
      spellCheck={false}
      placeholder={SERVER_EXAMPLE}
      value={draft.trusted_servers.join("\n")}
      onChange={(event) => onChange({ trusted_servers: lines(event.target.value) })}
    />
  );
}
