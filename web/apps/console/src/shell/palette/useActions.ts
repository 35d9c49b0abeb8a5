import type { AgentBrief } from "@parley/protocol";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { languageOf, setLanguage } from "../../i18n";
import { attempt } from "../../lib/errors";
import { useCan, useCanMail, useMe, useTicket } from "../../lib/hooks";
import { preferences, usePreferences } from "../../lib/preferences";
import { composerRequests, openOverlay } from "../../lib/ui-state";
import { close, markUnread, patch } from "../../screens/conversation/actions";
import type { PaletteItem } from "./usePaletteItems";

const STATUSES: readonly AgentBrief["status"][] = ["online", "away", "offline"];

/** What can be done to the open ticket. */
function useTicketActions(ticketId: number | null): PaletteItem[] {
  const { t } = useTranslation();
  const ticket = useTicket(ticketId ?? 0);
  const me = useMe()?.agent.id;
  const canReply = useCan("ticket.reply");
  const canUpdate = useCan("ticket.update");
  const canAssign = useCan("ticket.assign");
  if (!ticket || ticketId === null || me === undefined) return [];
  const item = (id: string, icon: PaletteItem["icon"], hotkey: string, run: () => void): PaletteItem => ({
    id,
    group: "do",
    icon,
    hotkey,
    label: t(`action.${id}`),
    run,
  });
  const later = (run: () => void) => () => void setTimeout(run, 50);
  return [
    ...(canReply
      ? [
          item(
            "reply",
            "reply",
            "R",
            later(() => composerRequests.emit("reply")),
          ),
        ]
      : []),
    item(
      "note",
      "lock",
      "N",
      later(() => composerRequests.emit("note")),
    ),
    ...(canAssign && ticket.assignee_id !== me
      ? [item("assign_me", "user", "I", () => void patch(ticket, { assignee_id: me }))]
      : []),
    ...(canUpdate && ticket.state !== "solved" && ticket.state !== "closed"
      ? [item("close", "done", "E", () => void close(ticket))]
      : []),
    item("unread", "mail", "U", () => void markUnread(ticket)),
    item(
      "history",
      "history",
      "",
      later(() => openOverlay("history")),
    ),
  ];
}

export function useActions(ticketId: number | null): PaletteItem[] {
  const { t, i18n } = useTranslation();
  const { theme } = usePreferences();
  const status = useMe()?.agent.status;
  const forTicket = useTicketActions(ticketId);
  const other = languageOf(i18n.language) === "en" ? "zh-CN" : "en";
  const isDark = theme === "dark";
  const canMail = useCanMail();
  const general: PaletteItem[] = [
    ...(canMail
      ? [
          {
            id: "mail",
            group: "do" as const,
            icon: "mail" as const,
            label: t("email.new"),
            run: () => void setTimeout(() => openOverlay("mail"), 50),
          },
        ]
      : []),
    ...STATUSES.filter((item) => item !== status).map((item) => ({
      id: `status-${item}`,
      group: "do" as const,
      icon: "user" as const,
      label: t("action.status", { status: t(`status.${item}`) }),
      run: () => attempt(desk.setStatus(item)),
    })),
    {
      id: "theme",
      group: "do",
      icon: "theme",
      label: t(isDark ? "action.light" : "action.dark"),
      run: () => preferences.set({ theme: isDark ? "light" : "dark" }),
    },
    {
      id: "language",
      group: "do",
      icon: "globe",
      label: other === "zh-CN" ? "简体中文" : "English",
      run: () => attempt(changeLanguage(other)),
    },
    {
      id: "shortcuts",
      group: "do",
      icon: "keyboard",
      label: t("shortcuts.title"),
      hotkey: "?",
      run: () => void setTimeout(() => openOverlay("shortcuts"), 50),
    },
  ];
  return [...forTicket, ...general];
}

async function changeLanguage(language: "en" | "zh-CN"): Promise<void> {
  await setLanguage(language);
  const { agent } = await desk.api.updateMe({ locale: language });
  desk.updateMe({ agent });
}
