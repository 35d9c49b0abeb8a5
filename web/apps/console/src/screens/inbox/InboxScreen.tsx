import { Blank } from "@parley/ui";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { NO_PANEL, PHONE, useMedia } from "../../lib/hooks";
import { usePreferences } from "../../lib/preferences";
import { ConversationPane } from "../conversation/ConversationPane";
import { CustomerPane } from "../customer/CustomerPane";
import css from "./Inbox.module.css";
import { TicketList } from "./TicketList";
import { useListSpec } from "./useListSpec";

/** List, conversation, customer; one pane at a time on a phone. */
export function InboxScreen() {
  const { t } = useTranslation();
  const { view = "mine", ticketId } = useParams({ strict: false });
  const spec = useListSpec();
  const isPhone = useMedia(PHONE);
  const hasRoom = !useMedia(NO_PANEL);
  const { isPanelShown } = usePreferences();
  const id = ticketId === undefined ? null : Number(ticketId);
  const isOpen = id !== null && Number.isInteger(id);
  return (
    <div className={css.panes}>
      {(!isPhone || !isOpen) && (
        <section data-pane className={css.list} aria-label={t("list.region")}>
          <TicketList key={view} spec={spec} view={view} openId={isOpen ? id : null} />
        </section>
      )}
      {(!isPhone || isOpen) && (
        <section data-pane className={css.conversation} aria-label={t("conversation.region")}>
          {isOpen ? (
            <ConversationPane key={id} ticketId={id} />
          ) : (
            <Blank icon="chat" title={t("conversation.none")} text={t("conversation.none_text")} />
          )}
        </section>
      )}
      {isOpen && hasRoom && isPanelShown && <CustomerPane ticketId={id} />}
    </div>
  );
}
