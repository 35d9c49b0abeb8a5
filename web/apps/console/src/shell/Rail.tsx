import { cx, Icon, type IconName, Mark } from "@parley/ui";
import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { NARROW, useCan, useCounts, useMe, useMedia } from "../lib/hooks";
import { usePreferences } from "../lib/preferences";
import { openOverlay } from "../lib/ui-state";
import { ConnectionState } from "./ConnectionState";
import css from "./Rail.module.css";
import { RailViews } from "./RailViews";
import { StatusSwitch } from "./StatusSwitch";

export function Rail() {
  const { t } = useTranslation();
  const me = useMe();
  const counts = useCounts();
  const { isRailWide } = usePreferences();
  const isNarrow = useMedia(NARROW) || !isRailWide;
  const canSeeCustomers = useCan("customer.read");
  const { pathname } = useLocation();
  const isInbox = pathname.startsWith("/inbox");
  return (
    <nav data-pane className={cx(css.rail, isNarrow && css.narrow)} aria-label={t("nav.main")}>
      <div className={css.head}>
        <Mark />
        <span className={css.words}>{me?.workspace.name}</span>
      </div>
      <button type="button" className={css.search} onClick={() => openOverlay("palette")} title={t("nav.search")}>
        <Icon name="search" />
        <span className={css.words}>{t("nav.search")}</span>
        <span className={css.keys} aria-hidden="true">
          <kbd>Ctrl</kbd>
          <kbd>K</kbd>
        </span>
      </button>
      <ul className={css.areas}>
        <li>
          <Area icon="inbox" to="/inbox/$view" params={{ view: "mine" }} isCurrent={isInbox} label={t("nav.inbox")}>
            {(counts?.mine ?? 0) > 0 && <b className={css.spot} />}
          </Area>
          {isInbox && <RailViews />}
        </li>
        {canSeeCustomers && (
          <li>
            <Area
              icon="users"
              to="/customers"
              isCurrent={pathname.startsWith("/customers")}
              label={t("nav.customers")}
            />
          </li>
        )}
        <li>
          <Area icon="gear" to="/settings" isCurrent={pathname.startsWith("/settings")} label={t("nav.settings")} />
        </li>
      </ul>
      <ConnectionState />
      <StatusSwitch />
    </nav>
  );
}

interface AreaProps {
  icon: IconName;
  to: string;
  params?: Record<string, string>;
  label: string;
  isCurrent: boolean;
  children?: React.ReactNode;
}

function Area({ icon, to, params = {}, label, isCurrent, children }: AreaProps) {
  return (
    <Link
      to={to}
      params={params}
      className={css.link}
      title={label}
      activeProps={{}}
      inactiveProps={{}}
      aria-current={isCurrent ? "page" : undefined}
    >
      <Icon name={icon} />
      <span className={css.words}>{label}</span>
      {children}
    </Link>
  );
}
