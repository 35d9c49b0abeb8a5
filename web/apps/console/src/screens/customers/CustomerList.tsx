import type { Customer } from "@parley/protocol";
import { Avatar, Blank, Button, cx, Icon, Skeleton } from "@parley/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { errorText, referenceOf } from "../../lib/errors";
import { useFormat } from "../../lib/format";
import { useKeys } from "../../lib/keys";
import { customerName } from "../../lib/people";
import css from "./Customers.module.css";

const FIRST: string | null = null;

export function CustomerList({ openId }: { openId: number | null }) {
  const { t } = useTranslation();
  const { q = "" } = useSearch({ strict: false });
  const query = useInfiniteQuery({
    queryKey: ["customers", q],
    queryFn: ({ pageParam }) => desk.api.customers(q, pageParam),
    initialPageParam: FIRST,
    getNextPageParam: (page) => page.next_cursor,
  });
  const customers = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section data-pane className={css.list} aria-label={t("nav.customers")}>
      <header className={css.head}>
        <h1>{t("nav.customers")}</h1>
        <SearchBox q={q} />
      </header>
      <div className={css.scroller}>
        {query.isPending && <Skeleton rows={7} label={t("common.loading")} />}
        {query.isError && (
          <Blank
            icon="alert"
            isError
            title={t("list.error")}
            text={errorText(query.error)}
            reference={referenceOf(query.error)}
          >
            <Button icon="reship" onClick={() => void query.refetch()}>
              {t("common.try_again")}
            </Button>
          </Blank>
        )}
        {query.isSuccess && customers.length === 0 && (
          <Blank icon={q ? "search" : "users"} title={q ? t("list.no_match", { q }) : t("customers.empty")} />
        )}
        <ul data-testid="customer-list">
          {customers.map((customer) => (
            <li key={customer.id}>
              <CustomerRow customer={customer} isOpen={customer.id === openId} />
            </li>
          ))}
        </ul>
        {query.hasNextPage && (
          <Button tone="quiet" isBlock isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("common.more")}
          </Button>
        )}
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

function SearchBox({ q }: { q: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => input.current?.focus() });
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(() => {
      const next = text.trim();
      void navigate({ to: "/customers", search: next ? { q: next } : {}, replace: true });
    }, 300);
    return () => clearTimeout(timer);
  }, [text, q, navigate]);
  return (
    <search className={css.search}>
      <Icon name="search" size="sm" />
      <input
        ref={input}
        type="text"
        inputMode="search"
        value={text}
        aria-label={t("customers.search")}
        placeholder={t("customers.search_hint")}
        onChange={(event) => setText(event.target.value)}
        data-testid="customer-search"
      />
      <kbd>/</kbd>
    </search>
  );
}
