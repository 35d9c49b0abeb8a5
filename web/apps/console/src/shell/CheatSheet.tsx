import { Dialog } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { ShortcutTable } from "./ShortcutTable";

export default function CheatSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("shortcuts.title")} closeLabel={t("common.close")} look="wide" onClose={onClose}>
      <ShortcutTable />
    </Dialog>
  );
}
