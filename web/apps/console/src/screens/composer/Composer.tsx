import { ChannelMark, cx, Icon, later, Segmented } from "@parley/ui";
import { type DragEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ShownTicket, useCustomer } from "../../lib/hooks";
import { customerName, firstName } from "../../lib/people";
import { composerRequests } from "../../lib/ui-state";
import css from "./Composer.module.css";
import { Guard } from "./Guard";
import { PlainComposer } from "./PlainComposer";
import type { ComposerModel } from "./useComposer";

const MailComposer = later(() => import("./mail/MailComposer"));

export function Composer({ ticket, composer }: { ticket: ShownTicket; composer: ComposerModel }) {
  const { t } = useTranslation();
  const [isDropping, setIsDropping] = useState(false);
  const [isWanted, setIsWanted] = useState(false);
  const { mode, setMode } = composer;

  useEffect(
    () =>
      composerRequests.subscribe((wanted) => {
        setMode(wanted);
        setIsWanted(true);
      }),
    [setMode],
  );
  const handleDrop = (event: DragEvent): void => {
    event.preventDefault();
    setIsDropping(false);
    composer.files.add([...event.dataTransfer.files]);
  };

  if (ticket.state === "closed") return <p className={css.closed}>{t("composer.closed")}</p>;
  const Area = composer.isMail ? MailComposer : PlainComposer;
  return (
    <section
      className={cx(css.composer, mode === "note" && css.isNote, isDropping && css.isDropping)}
      aria-label={t(mode === "note" ? "message.note" : "composer.reply")}
      onDragOver={(event) => {
        event.preventDefault();
        setIsDropping(true);
      }}
      onDragLeave={() => setIsDropping(false)}
      onDropCapture={() => setIsDropping(false)}
      onDrop={handleDrop}
    >
      {composer.hasNews && <Guard ticket={ticket} composer={composer} />}
      <ComposerHead ticket={ticket} composer={composer} />
      <Area ticket={ticket} composer={composer} hasFocus={isWanted} />
    </section>
  );
}

function ComposerHead({ ticket, composer }: { ticket: ShownTicket; composer: ComposerModel }) {
  const { t } = useTranslation();
  const customer = useCustomer(ticket.requester.id);
  const name = firstName(customerName(ticket.requester));
  const reply = { value: "reply" as const, label: t("composer.reply"), hotkey: "R", testId: "composer-reply" };
  const note = {
    value: "note" as const,
    label: t("composer.note"),
    hotkey: "N",
    icon: "lock" as const,
    testId: "composer-note",
  };
  return (
    <div className={css.head}>
      <Segmented
        label={t("composer.mode")}
        options={composer.canReply ? [reply, note] : [note]}
        value={composer.mode}
        onChange={composer.setMode}
      />
      {composer.mode === "reply" && (
        <span className={css.route}>
          <ChannelMark channel={ticket.channel} />
          <span>
            {composer.isMail
              ? t("channel.email")
              : t(customer?.is_online ? "composer.route_online" : "composer.route_offline", { name })}
          </span>
        </span>
      )}
      <span className={css.grow} />
      <span className={css.draft} role="status" data-testid="draft-state" data-state={composer.draftState}>
        {composer.draftState === "saved" && <Icon name="check" size="sm" />}
        {composer.text && composer.draftState !== "idle" && t(`draft.${composer.draftState}`)}
      </span>
    </div>
  );
}
