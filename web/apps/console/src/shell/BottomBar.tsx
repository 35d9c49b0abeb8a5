import { Icon } from "@parley/ui";
import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCan, useCounts } from "../lib/hooks";
import css from "./BottomBar.module.css";

/** The rail of a phone. */
export function BottomBar() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const mine = useCounts()?.mine ?? 0;
  const canSeeCustomers = useCan("customer.read");
  const current = (path: string) => (pathname.startsWith(path) ? ("page" as const) : undefined);
  return (
    <nav data-pane className={css.bar} aria-label={t("nav.main")}>
      <Link to="/inbox/$view" params={{ view: "mine" }} className={css.tab} aria-current={current("/inbox")}>
        <Icon name="inbox" />
        {mine > 0 && <b className={css.badge}>{mine}</b>}
        {t("nav.inbox")}
      </Link>
      {canSeeCustomers && (
        <Link to="/customers" className={css.tab} aria-current={current("/customers")}>
          <Icon name="users" />
          {t("nav.customers")}
        </Link>
      )}
      <Link to="/settings" className={css.tab} aria-current={current("/settings")}>
        <Icon name="gear" />
        {t("nav.settings")}
      </Link>
    </nav>
  );
}
