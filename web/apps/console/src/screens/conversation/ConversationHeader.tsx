import { Button, Icon, IconButton, MenuButton, type MenuEntry } from "@parley/ui";
import { useNavigate, useParams } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { NO_PANEL, PHONE, type ShownTicket, useCan, useMedia } from "../../lib/hooks";
import { customerName } from "../../lib/people";
import { preferences } from "../../lib/preferences";
import { openOverlay } from "../../lib/ui-state";
import { close, markUnread, setState } from "./actions";
import css from "./Header.module.css";
import { HeaderFields } from "./HeaderFields";
import { SubjectEdit } from "./SubjectEdit";
import { Tags } from "./Tags";

export const ConversationHeader = memo(function ConversationHeader({ ticket }: { ticket: ShownTicket }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { view = "mine" } = useParams({ strict: false });
  const isPhone = useMedia(PHONE);
  const isDrawer = useMedia(NO_PANEL);
  const canUpdate = useCan("ticket.update");
  const isSolved = ticket.state === "solved" || ticket.state === "closed";
  const handlePanel = (): void => {
    if (isDrawer) openOverlay("panel");
    else preferences.set({ isPanelShown: !preferences.get().isPanelShown });
  };
  return (
    <header className={css.head}>
      <div className={css.title}>
        {isPhone && (
          <IconButton
            icon="left"
            label={t("common.back")}
            onClick={() => void navigate({ to: "/inbox/$view", params: { view } })}
            data-testid="conversation-back"
          />
        )}
        {isPhone ? (
          <h1 className={css.personHead}>
            <button type="button" className={css.person} onClick={handlePanel}>
              {customerName(ticket.requester)}
            </button>
          </h1>
        ) : (
          <SubjectEdit ticket={ticket} canEdit={canUpdate} />
        )}
        <span className={css.grow} />
        <IconButton
          icon="panel"
          label={t("panel.toggle")}
          hotkey="]"
          onClick={handlePanel}
          data-testid="toggle-panel"
        />
        <MoreMenu ticket={ticket} />
        {canUpdate &&
          ticket.state !== "closed" &&
          (isSolved ? (
            <Button icon="reply" onClick={() => void setState(ticket, "open")} data-testid="reopen-ticket">
              {t("conversation.reopen")}
            </Button>
          ) : (
            <Button icon="done" onClick={() => void close(ticket)} data-testid="close-ticket">
              {t("conversation.close")}
              {!isPhone && <kbd aria-hidden="true">E</kbd>}
            </Button>
          ))}
      </div>
      <HeaderFields ticket={ticket} />
      <Tags ticket={ticket} canEdit={canUpdate} />
    </header>
  );
});

function MoreMenu({ ticket }: { ticket: ShownTicket }) {
  const { t } = useTranslation();
  const entries: MenuEntry[] = [
    { id: "unread", label: t("conversation.mark_unread"), icon: "mail", hotkey: "U" },
    { id: "history", label: t("history.title"), icon: "history" },
    { id: "link", label: t("conversation.copy_link"), icon: "link" },
  ];
  const handleChoose = (id: string): void => {
    if (id === "unread") void markUnread(ticket);
    else if (id === "history") openOverlay("history");
    else void navigator.clipboard?.writeText(location.href);
  };
  return (
    <MenuButton
      label={t("conversation.more")}
      look={{ tone: "quiet", isIconOnly: true }}
      placement="bottom end"
      entries={entries}
      onChoose={handleChoose}
      testId="more-menu"
    >
      <Icon name="more" />
    </MenuButton>
  );
}
