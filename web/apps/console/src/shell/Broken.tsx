import { Blank, Button } from "@parley/ui";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

/** A screen that could not be drawn: most often a part of it that a newer version has replaced. */
export function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation();
  useEffect(() => console.error(error), [error]);
  return (
    <Blank level={1} icon="alert" isError title={t("app.broken")} text={t("app.unreachable_text")}>
      <Button icon="reship" onClick={() => location.reload()}>
        {t("app.reload")}
      </Button>
    </Blank>
  );
}
