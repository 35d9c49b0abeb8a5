import { cx, Icon, later, Segmented } from "@parley/ui";
import { type DragEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ShownTicket } from "../../lib/hooks";
import { composerRequests } from "../../lib/ui-state";
import css from "./Composer.module.css";
import { Guard } from "./Guard";
import { PlainComposer } from "./PlainComposer";
import { ReplyRoute } from "./ReplyRoute";
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
      {/* Whoever chooses a channel is in the head; the new area takes no focus from there. */}
      <ComposerHead ticket={ticket} composer={composer} onChosen={() => setIsWanted(false)} />
      <Area ticket={ticket} composer={composer} hasFocus={isWanted} />
    </section>
  );
}

interface HeadProps {
  ticket: ShownTicket;
  composer: ComposerModel;
  onChosen: () => void;
}

function ComposerHead({ ticket, composer, onChosen }: HeadProps) {
  const { t } = useTranslation();
  const hasChoice = composer.mode === "reply" && composer.channels.length > 1;
  const reply = { value: "reply" as const, label: t("composer.reply"), hotkey: "R", testId: "composer-reply" };
  const note = {
    value: "note" as const,
    label: t("composer.note"),
    hotkey: "N",
    icon: "lock" as const,
    testId: "composer-note",
  };
  return (
    <div className={cx(css.head, hasChoice && css.hasChoice)}>
      <Segmented
        label={t("composer.mode")}
        options={composer.canReply ? [reply, note] : [note]}
        value={composer.mode}
        onChange={composer.setMode}
      />
      {composer.mode === "reply" && <ReplyRoute ticket={ticket} composer={composer} onChosen={onChosen} />}
      <span className={css.grow} />
      <span className={css.draft} role="status" data-testid="draft-state" data-state={composer.draftState}>
        {composer.draftState === "saved" && <Icon name="check" size="sm" />}
        {composer.text && composer.draftState !== "idle" && t(`draft.${composer.draftState}`)}
      </span>
    </div>
  );
}
