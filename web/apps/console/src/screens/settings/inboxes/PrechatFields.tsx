import type { Inbox } from "@parley/protocol";
import { CheckField, SwitchField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import css from "../Settings.module.css";

const FIELDS = ["name", "email"] as const;

interface PrechatProps {
  value: Inbox["prechat"];
  onChange: (value: Inbox["prechat"]) => void;
}

export function PrechatFields({ value, onChange }: PrechatProps) {
  const { t } = useTranslation();
  const toggle = (field: string, isOn: boolean): void =>
    onChange({ ...value, fields: FIELDS.filter((item) => (item === field ? isOn : value.fields.includes(item))) });
  return (
    <div className={css.gap}>
      <SwitchField
        label={t("prechat.title")}
        hint={t("prechat.hint")}
        isOn={value.is_enabled}
        onToggle={(is_enabled) => onChange({ ...value, is_enabled })}
      />
      {value.is_enabled && (
        <fieldset className={css.choices}>
          <legend className="sr-only">{t("prechat.title")}</legend>
          {FIELDS.map((field) => (
            <CheckField
              key={field}
              label={t(`prechat.${field}`)}
              isOn={value.fields.includes(field)}
              onToggle={(isOn) => toggle(field, isOn)}
            />
          ))}
        </fieldset>
      )}
    </div>
  );
}
