import { SelectField, SwitchField, TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { type Language, setLanguage } from "../../../i18n";
import { reportError } from "../../../lib/errors";
import { useMe } from "../../../lib/hooks";
import { type Density, preferences, type Theme, usePreferences } from "../../../lib/preferences";
import { playSound } from "../../../lib/sound";
import { LanguageField } from "../fields";
import { Card, PageHead } from "../parts";
import { SaveBar } from "../SaveBar";
import css from "../Settings.module.css";
import { useSave } from "../useSave";

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const DENSITIES: readonly Density[] = ["comfortable", "compact"];

export default function ProfilePage() {
  const { t } = useTranslation();
  const me = useMe();
  if (!me) return null;
  return (
    <>
      <PageHead title={t("settings.profile")} text={me.agent.email} />
      <Identity name={me.agent.name} locale={me.agent.locale} />
      <Looks />
      <Notifications />
    </>
  );
}

function Identity({ name: savedName, locale }: { name: string; locale: string }) {
  const { t } = useTranslation();
  const save = useSave();
  const [name, setName] = useState(savedName);
  const handleLanguage = (language: Language): void => {
    void save.run(async () => {
      await setLanguage(language);
      const { agent } = await desk.api.updateMe({ locale: language });
      desk.updateMe({ agent });
    });
  };
  return (
    <Card title={t("profile.identity")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save.run(async () => desk.updateMe({ agent: (await desk.api.updateMe({ name: name.trim() })).agent }));
        }}
      >
        <div className={css.form}>
          <TextField
            label={t("profile.name")}
            hint={t("profile.name_hint")}
            value={name}
            required
            maxLength={120}
            onChange={(event) => setName(event.target.value)}
          />
          <LanguageField
            label={t("profile.language")}
            value={locale}
            onLanguage={handleLanguage}
            testId="language-select"
          />
        </div>
        <SaveBar save={save} isDisabled={!name.trim() || name.trim() === savedName} />
      </form>
    </Card>
  );
}

function Looks() {
  const { t } = useTranslation();
  const { theme, density } = usePreferences();
  return (
    <Card title={t("profile.looks")} hint={t("profile.looks_hint")}>
      <div className={css.form}>
        <SelectField
          label={t("profile.theme")}
          value={theme}
          options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
          onValue={(value) => preferences.set({ theme: THEMES.find((item) => item === value) ?? "system" })}
          data-testid="theme-select"
        />
        <SelectField
          label={t("profile.density")}
          value={density}
          options={DENSITIES.map((value) => ({ value, label: t(`density.${value}`) }))}
          onValue={(value) => preferences.set({ density: DENSITIES.find((item) => item === value) ?? "comfortable" })}
        />
      </div>
    </Card>
  );
}

function Notifications() {
  const { t } = useTranslation();
  const settings = useMe()?.notification_settings ?? { desktop: false, sound: true };
  const canNotify = "Notification" in window;
  const isDenied = canNotify && Notification.permission === "denied";
  const set = (change: Partial<typeof settings>): void => {
    const next = { ...settings, ...change };
    desk.updateMe({ notification_settings: next });
    desk.api.updateMe({ notification_settings: next }).catch((error: unknown) => {
      desk.updateMe({ notification_settings: settings });
      reportError(error);
    });
  };
  const handleDesktop = async (isOn: boolean): Promise<void> => {
    if (isOn && (await Notification.requestPermission()) !== "granted") return;
    set({ desktop: isOn });
  };
  return (
    <Card title={t("profile.notifications")}>
      {canNotify && (
        <SwitchField
          label={t("profile.desktop")}
          hint={t(isDenied ? "profile.desktop_denied" : "profile.desktop_hint")}
          isOn={settings.desktop && !isDenied}
          isDisabled={isDenied}
          onToggle={(isOn) => void handleDesktop(isOn)}
        />
      )}
      <SwitchField
        label={t("profile.sound")}
        hint={t("profile.sound_hint")}
        isOn={settings.sound}
        onToggle={(isOn) => {
          set({ sound: isOn });
          if (isOn) playSound("message");
        }}
      />
    </Card>
  );
}
