import { Blank, Skeleton } from "@parley/ui";
import { Link, useParams } from "@tanstack/react-router";
import { type ComponentType, type LazyExoticComponent, lazy, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { withWords } from "../../i18n";
import { PHONE, useMe, useMedia } from "../../lib/hooks";
import { NotFound } from "../../shell/NotFound";
import css from "./Settings.module.css";

const GROUPS = ["you", "service", "mail", "safety"] as const;

interface Section {
  id: string;
  group: (typeof GROUPS)[number];
  permission?: string;
  page: LazyExoticComponent<ComponentType>;
}

const sections: readonly Section[] = [
  { id: "profile", group: "you", page: lazy(() => import("./profile/ProfilePage")) },
  {
    id: "signature",
    group: "you",
    permission: "ticket.reply",
    page: lazy(() => withWords("mail", import("./signature/SignaturePage"))),
  },
  { id: "shortcuts", group: "you", page: lazy(() => import("./ShortcutsPage")) },
  { id: "security", group: "you", page: lazy(() => import("./security/SecurityPage")) },
  { id: "agents", group: "service", permission: "staff.manage", page: lazy(() => import("./agents/AgentsPage")) },
  { id: "teams", group: "service", permission: "staff.manage", page: lazy(() => import("./teams/TeamsPage")) },
  { id: "inboxes", group: "service", permission: "inbox.manage", page: lazy(() => import("./inboxes/InboxesPage")) },
  {
    id: "templates",
    group: "service",
    permission: "inbox.manage",
    page: lazy(() => withWords("mail", import("./email/TemplatesPage"))),
  },
  {
    id: "mails",
    group: "mail",
    permission: "inbox.manage",
    page: lazy(() => withWords("mail", import("./email/MailsPage"))),
  },
  {
    id: "outbox",
    group: "mail",
    permission: "inbox.manage",
    page: lazy(() => withWords("mail", import("./email/OutboxPage"))),
  },
  {
    id: "blocks",
    group: "mail",
    permission: "inbox.manage",
    page: lazy(() => withWords("mail", import("./email/BlocksPage"))),
  },
  { id: "audit", group: "safety", permission: "audit.read", page: lazy(() => import("./AuditPage")) },
];

export function SettingsScreen() {
  const { t } = useTranslation();
  const { section: id = "profile" } = useParams({ strict: false });
  const isPhone = useMedia(PHONE);
  const permissions = useMe()?.permissions ?? [];
  const isAllowed = (section: Section) => !section.permission || permissions.includes(section.permission);
  const nav = useRef<HTMLElement>(null);
  // On a phone the index is one line that scrolls sideways.
  useEffect(() => {
    if (isPhone && id)
      nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [isPhone, id]);
  const current = sections.find((section) => section.id === id);
  return (
    <div className={css.settings}>
      <nav ref={nav} data-pane className={css.nav} aria-label={t("nav.settings")}>
        {!isPhone && <h2>{t("nav.settings")}</h2>}
        {GROUPS.map((group) => {
          const items = sections.filter((section) => section.group === group && isAllowed(section));
          if (items.length === 0) return null;
          return (
            <div key={group} className={css.group}>
              <h3>{t(`settings.group_${group}`)}</h3>
              <ul>
                {items.map((section) => (
                  <li key={section.id}>
                    <Link to="/settings/$section" params={{ section: section.id }}>
                      {t(`settings.${section.id}`)}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </nav>
      <section data-pane className={css.main} aria-label={t("nav.settings")}>
        {!current && <NotFound />}
        {current && !isAllowed(current) && (
          <Blank icon="lock" title={t("settings.no_permission")} text={t("settings.no_permission_text")} />
        )}
        {current && isAllowed(current) && (
          <Suspense fallback={<Skeleton rows={4} label={t("common.loading")} />}>
            <current.page />
          </Suspense>
        )}
      </section>
    </div>
  );
}
