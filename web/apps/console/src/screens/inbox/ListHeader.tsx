import type { ListSpec, SortName } from "@parley/client";
import { Icon, IconButton, MenuButton } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import { PHONE, useCanMail, useMedia } from "../../lib/hooks";
import { openOverlay } from "../../lib/ui-state";
import { useViewEntries } from "../../lib/views";
import { SearchBox } from "../../search/SearchBox";
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
      <SearchBox
        q={spec.q}
        label={t("list.search")}
        hint={t("list.search_hint")}
        onSearch={(q) => go(q, spec.sort)}
        testId="list-search"
      />
    </header>
  );
}
