import { Blank } from "@parley/ui";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PHONE, useCan, useMedia } from "../../lib/hooks";
import { CustomerDetail } from "./CustomerDetail";
import { CustomerList } from "./CustomerList";
import css from "./Customers.module.css";

export function CustomersScreen() {
  const { t } = useTranslation();
  const { customerId } = useParams({ strict: false });
  const isPhone = useMedia(PHONE);
  const canSee = useCan("customer.read");
  if (!canSee) return <Blank icon="lock" title={t("settings.no_permission")} text={t("settings.no_permission_text")} />;
  const id = customerId === undefined ? null : Number(customerId);
  return (
    <div className={css.panes}>
      {(!isPhone || id === null) && <CustomerList openId={id} />}
      {(!isPhone || id !== null) && (
        <section data-pane className={css.detail} aria-label={t("panel.region")}>
          {id === null ? (
            <Blank icon="users" title={t("customers.none")} text={t("customers.none_text")} />
          ) : (
            <CustomerDetail key={id} customerId={id} />
          )}
        </section>
      )}
    </div>
  );
}
