import { Button } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { FormError } from "./parts";
import css from "./Settings.module.css";
import type { useSave } from "./useSave";

interface SaveBarProps {
  save: ReturnType<typeof useSave>;
  isDisabled?: boolean;
  /** What is said afterwards. */
  saved?: string;
  /** What is said before. */
  note?: string | undefined;
  testId?: string;
}

/** The end of a form: what went wrong, the button, and that it is done. */
export function SaveBar({ save, isDisabled = false, saved, note, testId }: SaveBarProps) {
  const { t } = useTranslation();
  return (
    <>
      <FormError text={save.error} />
      <div className={css.actions}>
        <Button
          type="submit"
          tone="primary"
          isBusy={save.isBusy}
          disabled={isDisabled}
          {...(testId === undefined ? {} : { "data-testid": testId })}
        >
          {t("common.save")}
        </Button>
        <span className={css.muted} role="status">
          {save.isSaved ? (saved ?? t("common.saved")) : note}
        </span>
      </div>
    </>
  );
}
