import { useTranslation } from "react-i18next";
import css from "./Dots.module.css";

interface QuoteToggleProps {
  isOpen: boolean;
  onToggle: () => void;
  testId: string;
}

/** Three dots that stand for the quoted history. */
export function QuoteToggle({ isOpen, onToggle, testId }: QuoteToggleProps) {
  const { t } = useTranslation();
  const label = t(isOpen ? "email.hide_quoted" : "email.show_quoted");
  return (
    <button
      type="button"
      className={css.dots}
      aria-expanded={isOpen}
      aria-label={label}
      title={label}
      onClick={onToggle}
      data-testid={testId}
    >
      <span aria-hidden="true">•••</span>
    </button>
  );
}
