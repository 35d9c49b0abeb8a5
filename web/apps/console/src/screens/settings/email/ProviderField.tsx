import { SelectField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import css from "./Forms.module.css";
import { Notice } from "./parts";
import { PROVIDER_IDS, type ProviderId } from "./presets";

/** Which mail service; fills in the rest of the form and says what is special there. */
export function ProviderField({ value, onChange }: { value: ProviderId; onChange: (id: ProviderId) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <SelectField
        label={t("mailbox.provider")}
        hint={t("mailbox.provider_hint")}
        value={value}
        options={PROVIDER_IDS.map((id) => ({ value: id, label: t(`provider.${id}`) }))}
        onValue={(chosen) => onChange(PROVIDER_IDS.find((id) => id === chosen) ?? "generic")}
        data-testid="provider"
      />
      {value !== "generic" && (
        <div className={css.wholeRow}>
          <Notice tone={value === "outlook" ? "warning" : "info"}>{t(`providernote.${value}`)}</Notice>
        </div>
      )}
    </>
  );
}
