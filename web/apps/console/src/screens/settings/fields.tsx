import { SelectField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { type Language, languageOf } from "../../i18n";
import { useTeams } from "../../lib/hooks";

interface LanguageFieldProps {
  label: string;
  hint?: string;
  value: string;
  onLanguage: (language: Language) => void;
  testId?: string;
}

/** The two languages, each in its own words. */
export function LanguageField({ label, hint, value, onLanguage, testId }: LanguageFieldProps) {
  return (
    <SelectField
      label={label}
      hint={hint}
      value={languageOf(value)}
      options={[
        { value: "en", label: "English" },
        { value: "zh-CN", label: "简体中文" },
      ]}
      onValue={(chosen) => onLanguage(languageOf(chosen))}
      {...(testId === undefined ? {} : { "data-testid": testId })}
    />
  );
}

interface OneOrNoneProps {
  label: string;
  hint?: string;
  /** What choosing none is called. */
  none: string;
  items: readonly { id: number; name: string }[];
  value: number | null;
  onValue: (id: number | null) => void;
  testId?: string;
}

/** One of these, or none. */
export function OneOrNoneField({ label, hint, none, items, value, onValue, testId }: OneOrNoneProps) {
  return (
    <SelectField
      label={label}
      value={String(value ?? "")}
      options={[{ value: "", label: none }, ...items.map(({ id, name }) => ({ value: String(id), label: name }))]}
      onValue={(chosen) => onValue(chosen ? Number(chosen) : null)}
      {...(hint === undefined ? {} : { hint })}
      {...(testId === undefined ? {} : { "data-testid": testId })}
    />
  );
}

interface TeamFieldProps {
  value: number | null;
  onTeam: (id: number | null) => void;
}

/** The team that an inbox belongs to, or none. */
export function TeamField({ value, onTeam }: TeamFieldProps) {
  const { t } = useTranslation();
  return (
    <OneOrNoneField
      label={t("inboxes.team")}
      none={t("field.no_team")}
      items={useTeams()}
      value={value}
      onValue={onTeam}
    />
  );
}
