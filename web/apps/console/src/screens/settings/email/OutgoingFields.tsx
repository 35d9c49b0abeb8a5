import type { MailAdmin } from "@parley/protocol";
import { TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useMe } from "../../../lib/hooks";
import settings from "../Settings.module.css";
import { withOutgoingPreset, withOwnSignIn } from "./draft";
import type { WayProps } from "./IncomingFields";
import type { Sharing } from "./oauth/SharedSignIn";
import { canShareSignIn, outgoingLogIn } from "./oauth/sharing";
import { ProviderField } from "./ProviderField";
import { Choices } from "./parts";
import { providerOf } from "./presets";
import { ServerFields } from "./ServerFields";

export function OutgoingFields({ draft, provider, faults, inboxId, onProvider, onChange }: WayProps) {
  const { t } = useTranslation();
  const isDemo = useMe()?.workspace.is_demo ?? false;
  const ways: readonly MailAdmin.Outgoing[] =
    isDemo || draft.outgoing === "local" ? ["smtp", "local", "none"] : ["smtp", "none"];
  const handleWay = (outgoing: MailAdmin.Outgoing): void =>
    onChange(outgoing === "smtp" && !draft.smtp.host ? withOutgoingPreset(draft, provider) : { ...draft, outgoing });
  const sharing: Sharing = {
    isOn: draft.shares_sign_in,
    onToggle: (isOn) => onChange(isOn ? { ...draft, shares_sign_in: true } : withOwnSignIn(draft)),
  };
  const rateFault = faults.rate_per_minute;
  return (
    <div className={settings.stack}>
      <Choices
        label={t("mailbox.outgoing")}
        name="outgoing"
        options={ways.map((value) => ({ value, label: t(`outgoing.${value}`), hint: t(`outgoing.${value}_hint`) }))}
        value={draft.outgoing}
        onChange={handleWay}
      />
      {draft.outgoing === "smtp" && (
        <div className={settings.form}>
          <ProviderField
            value={provider}
            onChange={(id) => {
              onProvider(id);
              onChange(withOutgoingPreset(draft, id));
            }}
          />
          <ServerFields
            kind="smtp"
            server={outgoingLogIn(draft)}
            provider={providerOf(provider)}
            faults={faults}
            inboxId={inboxId}
            sharing={canShareSignIn(draft) ? sharing : null}
            onChange={(patch) => onChange({ ...draft, smtp: { ...draft.smtp, ...patch } })}
          />
          <TextField
            label={t("mailbox.rate")}
            hint={t("mailbox.rate_hint")}
            error={rateFault && t(rateFault)}
            inputMode="numeric"
            value={draft.rate_per_minute ? String(draft.rate_per_minute) : ""}
            onChange={(event) =>
              onChange({ ...draft, rate_per_minute: Number(event.target.value.replace(/\D/g, "").slice(0, 5)) })
            }
          />
        </div>
      )}
    </div>
  );
}
