import { SwitchField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { preferences, usePreferences } from "../../lib/preferences";
import { ShortcutTable } from "../../shell/ShortcutTable";
import { Card, PageHead } from "./parts";

export default function ShortcutsPage() {
  const { t } = useTranslation();
  const { hasHotkeys } = usePreferences();
  return (
    <>
      <PageHead title={t("settings.shortcuts")} />
      <Card>
        <SwitchField
          label={t("shortcuts.single")}
          hint={t("shortcuts.single_hint")}
          isOn={hasHotkeys}
          onToggle={(isOn) => preferences.set({ hasHotkeys: isOn })}
        />
      </Card>
      <Card>
        <ShortcutTable />
      </Card>
    </>
  );
}
