import type { Customer } from "@parley/protocol";
import { Avatar, Icon, type IconName, Skeleton } from "@parley/ui";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useFormat } from "../../lib/format";
import { useCan, useCustomer } from "../../lib/hooks";
import css from "./Customer.module.css";
import { CustomerNote } from "./CustomerNote";
import { EditableName } from "./EditableName";
import { PastConversations } from "./PastConversations";

interface CustomerCardProps {
  customerId: number;
  currentTicketId: number | null;
}

export function CustomerCard({ customerId, currentTicketId }: CustomerCardProps) {
  const { t } = useTranslation();
  const customer = useCustomer(customerId);
  const canEdit = useCan("customer.update");

  useEffect(() => {
    void desk.loadCustomer(customerId).catch(() => undefined);
  }, [customerId]);

  if (!customer) return <Skeleton rows={3} label={t("common.loading")} />;
  return (
    <>
      <Who customer={customer} canEdit={canEdit} />
      <Contacts customer={customer} />
      {customer.page && <CurrentPage customer={customer} />}
      <CustomerNote key={customer.id} customer={customer} canEdit={canEdit} />
      <PastConversations customerId={customerId} currentTicketId={currentTicketId} />
    </>
  );
}

function Who({ customer, canEdit }: { customer: Customer; canEdit: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seen = customer.last_seen_at;
  return (
    <div className={css.who}>
      <Avatar id={customer.id} name={customer.name} size="lg" presence={customer.is_online ? "online" : "offline"} />
      <div className={css.whoText}>
        <h2>
          <EditableName customer={customer} canEdit={canEdit} />
          {customer.is_verified && (
            <span className={css.verified} title={t("customer.verified")}>
              <Icon name="shield" />
              <span className="sr-only">{t("customer.verified")}</span>
            </span>
          )}
        </h2>
        <p data-testid="customer-online" data-online={customer.is_online}>
          {customer.is_online
            ? t("customer.online")
            : seen
              ? t("customer.seen", { when: format.short(seen) })
              : t("customer.offline")}
          {" · "}
          {t("customer.since", { date: format.short(customer.created_at) })}
        </p>
      </div>
    </div>
  );
}

const kindIcons: Record<string, IconName> = { email: "mail", phone: "phone", external_id: "user" };

function Contacts({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const shown = customer.identities.filter((identity) => identity.kind !== "visitor");
  if (shown.length === 0) return <p className={css.none}>{t("customer.no_contacts")}</p>;
  return (
    <dl className={css.contact}>
      {shown.map((identity) => (
        <div key={identity.id}>
          <dt title={t(`identity.${identity.kind}`)}>
            <Icon name={kindIcons[identity.kind] ?? "user"} />
            <span className="sr-only">{t(`identity.${identity.kind}`)}</span>
          </dt>
          <dd title={identity.value}>
            {identity.kind === "email" ? <a href={`mailto:${identity.value}`}>{identity.value}</a> : identity.value}
          </dd>
          {identity.is_verified && (
            <dd className={css.tail}>
              <Icon name="shield" className={css.ok} />
              <span className="sr-only">{t("customer.verified")}</span>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function CurrentPage({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { page } = customer;
  if (!page) return null;
  const isSafe = /^https?:\/\//.test(page.url);
  return (
    <section className={css.side}>
      <h3>{t(customer.is_online ? "customer.on_page" : "customer.last_page")}</h3>
      <p className={css.page}>
        <Icon name="globe" size="sm" />
        {isSafe ? (
          <a href={page.url} target="_blank" rel="noopener noreferrer nofollow" title={page.url}>
            {page.title || page.url}
          </a>
        ) : (
          <span title={page.url}>{page.title || page.url}</span>
        )}
        <time>{format.short(page.at)}</time>
      </p>
    </section>
  );
}
