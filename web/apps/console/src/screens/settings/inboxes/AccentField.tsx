import { TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import css from "../Settings.module.css";

export function AccentField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const isValid = /^#[0-9a-f]{6}$/i.test(value);
  return (
    <TextField
      label={t("inboxes.accent")}
      hint={t("inboxes.accent_hint")}
      error={isValid ? undefined : t("inboxes.accent_bad")}
      value={value}
      maxLength={7}
      onChange={(event) => onChange(event.target.value)}
      tail={
        <input
          type="color"
          className={css.swatch}
          aria-label={t("inboxes.accent_pick")}
          value={isValid ? value : "#2447c7"}
          onChange={(event) => onChange(event.target.value)}
        />
      }
    />
  );
}
