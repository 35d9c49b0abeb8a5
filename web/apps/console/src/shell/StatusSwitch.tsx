import type { AgentBrief } from "@parley/protocol";
import { Avatar, MenuButton, type MenuEntry, Presence } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { desk } from "../app/desk";
import { attempt } from "../lib/errors";
import { useAgent, useMe } from "../lib/hooks";
import css from "./Rail.module.css";

const STATUSES: readonly AgentBrief["status"][] = ["online", "away", "offline"];

/** Who is logged in, his presence, and the way out. */
export function StatusSwitch() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const own = useMe()?.agent;
  const agent = useAgent(own?.id ?? null) ?? own;
  if (!agent) return null;
  const entries: MenuEntry[] = [
    ...STATUSES.map((status) => ({
      id: status,
      label: t(`status.${status}`),
      lead: <Presence state={status} />,
      isSelected: agent.status === status,
      testId: `status-${status}`,
    })),
    { id: "profile", label: t("settings.profile"), icon: "user" },
    { id: "logout", label: t("nav.logout"), icon: "logout", testId: "logout" },
  ];
  const handleChoose = (id: string): void => {
    const status = STATUSES.find((item) => item === id);
    if (status) attempt(desk.setStatus(status));
    else if (id === "logout") attempt(desk.logout());
    else void navigate({ to: "/settings/$section", params: { section: "profile" } });
  };
  return (
    <MenuButton
      label={t("status.label", { name: agent.name, status: t(`status.${agent.status}`) })}
      entries={entries}
      onChoose={handleChoose}
      placement="top start"
      look={{ tone: "quiet" }}
      className={css.me}
      testId="status-switch"
    >
      <Avatar id={agent.id} name={agent.name} presence={agent.status} />
      <span className={css.meText}>
        <strong>{agent.name}</strong>
        <span>{t(`status.${agent.status}`)}</span>
      </span>
    </MenuButton>
  );
}
