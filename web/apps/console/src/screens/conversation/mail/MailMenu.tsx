import type { MessageEmail, ReplyOutline } from "@parley/protocol";
import { Icon, IconButton, MenuButton, type MenuEntry } from "@parley/ui";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { attempt } from "../../../lib/errors";
import { useCan } from "../../../lib/hooks";
import { useChannels } from "../../composer/useChannels";
import type { Bubble } from "../stream";
import css from "./Mail.module.css";
import { replyTo } from "./mail-actions";

interface MailMenuProps {
  bubble: Bubble;
  email: MessageEmail;
  ticketId: number;
  isPlain: boolean;
  onPlain: () => void;
  onHeaders: () => void;
}

/** What can be done with one e-mail. */
export function MailMenu({ bubble, email, ticketId, isPlain, onPlain, onHeaders }: MailMenuProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayReply = useCan("ticket.reply");
  const canReply = useChannels(ticketId).includes("email") && mayReply;
  const reply = async (isToAll: boolean): Promise<void> => {
    const [known] = client.getQueriesData<ReplyOutline>({ queryKey: ["mail-outline", ticketId] });
    // Beside a chat no e-mail may have been begun yet, and nobody has asked what it would carry.
    const outline = known?.[1] ?? (isToAll ? await desk.api.replyOutline(ticketId) : undefined);
    replyTo(ticketId, bubble, isToAll, outline?.from.address ?? "");
  };
  const isToMany = email.to.length + email.cc.length > 1;
  const entries: MenuEntry[] = [
    ...(canReply ? [{ id: "reply", label: t("email.reply"), icon: "reply" as const }] : []),
    ...(canReply && isToMany ? [{ id: "all", label: t("email.reply_all"), icon: "users" as const }] : []),
    ...(email.has_html
      ? [{ id: "plain", label: t(isPlain ? "email.as_formatted" : "email.as_text"), icon: "list" as const }]
      : []),
    { id: "headers", label: t("email.show_headers"), icon: "info" },
    { id: "raw", label: t("email.show_original"), icon: "mail" },
  ];
  const handleChoose = (id: string): void => {
    if (id === "reply" || id === "all") attempt(reply(id === "all"));
    else if (id === "plain") onPlain();
    else if (id === "headers") onHeaders();
    else window.open(`/api/v1/messages/${bubble.id}/raw`, "_blank", "noopener,noreferrer");
  };
  return (
    <span className={css.tools}>
      {canReply && email.direction === "in" && (
        <IconButton icon="reply" size="sm" label={t("email.reply")} onClick={() => attempt(reply(false))} />
      )}
      <MenuButton
        label={t("email.more")}
        look={{ tone: "quiet", size: "sm", isIconOnly: true }}
        placement="bottom end"
        entries={entries}
        onChoose={handleChoose}
        testId="mail-menu"
      >
        <Icon name="more" />
      </MenuButton>
    </span>
  );
}
