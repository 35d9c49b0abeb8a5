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

interface TeamFieldProps {
  value: number | null;
  onTeam: (id: number | null) => void;
}

/** The team that an inbox belongs to, or none. */
export function TeamField({ value, onTeam }: TeamFieldProps) {
  const { t } = useTranslation();
  const teams = useTeams();
  return (
    <SelectField
      label={t("inboxes.team")}
      value={String(value ?? "")}
      options={[
        { value: "", label: t("field.no_team") },
        ...teams.map((team) => ({ value: String(team.id), label: team.name })),
      ]}
      onValue={(chosen) => onTeam(chosen ? Number(chosen) : null)}
    />
  );
}
