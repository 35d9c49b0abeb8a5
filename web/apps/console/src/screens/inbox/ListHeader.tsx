import type { ListSpec, SortName } from "@parley/client";
import { Icon, IconButton, MenuButton } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import { PHONE, useCanMail, useMedia } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { openOverlay } from "../../lib/ui-state";
import { useViewEntries } from "../../lib/views";
import { ConnectionState } from "../../shell/ConnectionState";
import css from "./List.module.css";

const SORTS: readonly SortName[] = ["updated", "waiting", "created"];

export function ListHeader({ spec, view }: { spec: ListSpec; view: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const isPhone = useMedia(PHONE);
  const canMail = useCanMail();
  const entries = useViewEntries();
  const current = entries.find((entry) => entry.view === view);
  const search = (q: string, sort: SortName) => ({ ...(q ? { q } : {}), ...(sort === "updated" ? {} : { sort }) });
  const go = (q: string, sort: SortName): void => {
    void navigate({ to: "/inbox/$view", params: { view }, search: search(q, sort), replace: true });
  };
  return (
    <header className={css.head}>
      <div className={css.title}>
        <h1>
          <MenuButton
            label={t("list.choose_view")}
            className={css.viewButton}
            entries={entries.map((entry) => ({
              id: entry.view,
              label: entry.label,
              isSelected: entry.view === view,
              ...(entry.count === null ? {} : { detail: format.count(entry.count) }),
            }))}
            onChoose={(id) => void navigate({ to: "/inbox/$view", params: { view: id } })}
          >
            <span className={css.viewName}>{current?.label ?? t("view.all")}</span>
          </MenuButton>
        </h1>
        {typeof current?.count === "number" && <span className={css.total}>{format.count(current.count)}</span>}
        <span className={css.grow} />
        {isPhone && <ConnectionState className={css.connection ?? ""} />}
        {canMail && (
          <IconButton
            icon="edit"
            size="sm"
            label={t("email.new")}
            onClick={() => openOverlay("mail")}
            data-testid="new-mail"
          />
        )}
        <MenuButton
          label={t("sort.label", { sort: t(`sort.${spec.sort}`) })}
          look={{ tone: "quiet", size: "sm" }}
          placement="bottom end"
          entries={SORTS.map((sort) => ({ id: sort, label: t(`sort.${sort}`), isSelected: sort === spec.sort }))}
          onChoose={(id) => go(spec.q, SORTS.find((sort) => sort === id) ?? "updated")}
        >
          <Icon name="sort" />
          {t(`sort.${spec.sort}`)}
        </MenuButton>
      </div>
      <SearchBox q={spec.q} onSearch={(q) => go(q, spec.sort)} />
    </header>
  );
}

function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => input.current?.focus() });

  useEffect(() => setText(q), [q]);

  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(() => onSearch(text.trim()), 300);
    return () => clearTimeout(timer);
  });

  return (
    <search className={css.search}>
      <Icon name="search" size="sm" />
      <input
        ref={input}
        type="text"
        inputMode="search"
        value={text}
        aria-label={t("list.search")}
        placeholder={t("list.search_hint")}
        data-testid="list-search"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && !event.nativeEvent.isComposing) {
            if (text) onSearch("");
            setText("");
            input.current?.blur();
          }
        }}
      />
      {text ? <IconButton icon="x" size="sm" label={t("list.clear")} onClick={() => onSearch("")} /> : <kbd>/</kbd>}
    </search>
  );
}
