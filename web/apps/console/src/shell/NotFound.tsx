import { Blank, buttonClass } from "@parley/ui";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Blank level={1} icon="search" title={t("notfound.title")} text={t("notfound.text")}>
      <Link to="/inbox/$view" params={{ view: "mine" }} className={buttonClass({})}>
        {t("notfound.action")}
      </Link>
    </Blank>
  );
}
