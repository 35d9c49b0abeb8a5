import { Blank, Button } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { errorText, referenceOf } from "../lib/errors";

interface FailureProps {
  title?: string;
  error: unknown;
  onRetry: () => void;
}

/** What stands in the place of something that could not be read. */
export function ReadFailure({ title, error, onRetry }: FailureProps) {
  const { t } = useTranslation();
  return (
    <Blank icon="alert" isError title={title ?? t("list.error")} text={errorText(error)} reference={referenceOf(error)}>
      <Button icon="reship" onClick={onRetry}>
        {t("common.try_again")}
      </Button>
    </Blank>
  );
}
