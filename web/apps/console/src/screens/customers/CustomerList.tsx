import type { Customer } from "@parley/protocol";
import { Avatar, Blank, cx, Icon } from "@parley/ui";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useFormat } from "../../lib/format";
import { customerName } from "../../lib/people";
import { PagedList } from "../../paging/PagedList";
import { usePages } from "../../paging/usePages";
import { SearchBox } from "../../search/SearchBox";
import css from "./Customers.module.css";

export function CustomerList({ openId }: { openId: number | null }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { q = "" } = useSearch({ strict: false });
  const pages = usePages({
    key: ["customers", q],
    read: (cursor) => desk.api.customers(q, cursor),
    idOf: ({ id }) => id,
  });
  return (
    <section data-pane className={css.list} aria-label={t("nav.customers")}>
      <header className={css.head}>
        <h1>{t("nav.customers")}</h1>
        <SearchBox
          q={q}
          label={t("customers.search")}
          hint={t("customers.search_hint")}
          onSearch={(next) => void navigate({ to: "/customers", search: next ? { q: next } : {}, replace: true })}
          testId="customer-search"
        />
      </header>
      <div className={css.scroller}>
        <PagedList
          pages={pages}
          rows={7}
          empty={<Blank icon={q ? "search" : "users"} title={q ? t("list.no_match", { q }) : t("customers.empty")} />}
        >
          {(customers) => (
            <ul data-testid="customer-list">
              {customers.map((customer) => (
                <li key={customer.id}>
                  <CustomerRow customer={customer} isOpen={customer.id === openId} />
                </li>
              ))}
            </ul>
          )}
        </PagedList>
      </div>
    </section>
  );
}

function CustomerRow({ customer, isOpen }: { customer: Customer; isOpen: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const contact = customer.identities.find((identity) => identity.kind === "email" || identity.kind === "phone");
  return (
    <Link
      to="/customers/$customerId"
      params={{ customerId: String(customer.id) }}
      search={(old) => old}
      className={cx(css.row, isOpen && css.isOpen)}
      aria-current={isOpen ? "page" : undefined}
      data-testid="customer-row"
      data-customer-id={customer.id}
    >
      <Avatar id={customer.id} name={customer.name} size="row" presence={customer.is_online ? "online" : undefined} />
      <span className={css.text}>
        <span className={css.name} lang={customer.locale || undefined}>
          {customerName(customer)}
          {customer.is_verified && (
            <span className={css.verified} title={t("customer.verified")}>
              <Icon name="shield" size="sm" />
            </span>
          )}
        </span>
        <span className={css.contact}>{contact?.value ?? t("customer.no_contacts")}</span>
      </span>
      <time>{customer.last_seen_at ? format.short(customer.last_seen_at) : ""}</time>
    </Link>
  );
}
