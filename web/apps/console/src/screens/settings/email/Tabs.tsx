import { useTranslation } from "react-i18next";
import css from "./Forms.module.css";

const SECTIONS = ["general", "incoming", "outgoing", "signature"] as const;
export type Section = (typeof SECTIONS)[number];

export function Tabs({ value, onChange }: { value: Section; onChange: (section: Section) => void }) {
  const { t } = useTranslation();
  const handleKey = (key: string): void => {
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    const next = SECTIONS[(SECTIONS.indexOf(value) + step + SECTIONS.length) % SECTIONS.length];
    if (step === 0 || !next) return;
    onChange(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div className={css.tabs} role="tablist" aria-label={t("settings.inboxes")}>
      {SECTIONS.map((section) => (
        <button
          key={section}
          id={`tab-${section}`}
          type="button"
          role="tab"
          aria-selected={section === value}
          aria-controls="email-section"
          tabIndex={section === value ? 0 : -1}
          className={css.tab}
          onClick={() => onChange(section)}
          onKeyDown={(event) => handleKey(event.key)}
          data-testid={`tab-${section}`}
        >
          {t(`mailbox.tab_${section}`)}
        </button>
      ))}
    </div>
  );
}
