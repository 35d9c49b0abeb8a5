import { ChannelMark, Segmented } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { type ShownTicket, useCustomer } from "../../lib/hooks";
import { customerName, firstName } from "../../lib/people";
import css from "./Composer.module.css";
import type { ComposerModel } from "./useComposer";

interface ReplyRouteProps {
  ticket: ShownTicket;
  composer: ComposerModel;
  onChosen: () => void;
}

const ICONS = { chat: "chat", email: "mail" } as const;

/** How the reply reaches the customer: said where there is one way, to be chosen where there are two. */
export function ReplyRoute({ ticket, composer, onChosen }: ReplyRouteProps) {
  const { t } = useTranslation();
  const isOnline = useCustomer(ticket.requester.id)?.is_online ?? false;
  const name = firstName(customerName(ticket.requester));
  const { channels, channel } = composer;
  if (channels.length < 2) {
    return (
      <span className={css.route}>
        <ChannelMark channel={ticket.channel} />
        <span>
          {composer.isMail
            ? t("channel.email")
            : t(isOnline ? "composer.route_online" : "composer.route_offline", { name })}
        </span>
      </span>
    );
  }
  const away = channel === "chat" ? "composer.away_chat" : "composer.away";
  const presence = t(isOnline ? "composer.here" : away, { name });
  return (
    <>
      <Segmented
        label={t("composer.channel")}
        options={channels.map((value) => ({
          value,
          label: t(`channel.${value}`),
          icon: ICONS[value],
          testId: `composer-channel-${value}`,
        }))}
        value={channel}
        onChange={(next) => {
          composer.chooseChannel(next);
          onChosen();
        }}
        testId="composer-channel"
      />
      <span className={css.presence} title={presence}>
        {presence}
      </span>
    </>
  );
}
