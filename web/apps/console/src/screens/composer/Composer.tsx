import { ChannelMark, cx, Icon, Segmented } from "@parley/ui";
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { type ShownTicket, useCustomer } from "../../lib/hooks";
import { customerName, firstName } from "../../lib/people";
import { composerRequests } from "../../lib/ui-state";
import css from "./Composer.module.css";
import { ComposerFoot } from "./ComposerFoot";
import { Guard } from "./Guard";
import { UploadList } from "./UploadList";
import type { ComposerModel } from "./useComposer";

const MAX_HEIGHT = 240;

export function Composer({ ticket, composer }: { ticket: ShownTicket; composer: ComposerModel }) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const [isDropping, setIsDropping] = useState(false);
  const { mode, text, setMode } = composer;
  const isClosed = ticket.state === "closed";

  useEffect(
    () =>
      composerRequests.subscribe((wanted) => {
        setMode(wanted);
        requestAnimationFrame(() => area.current?.focus());
      }),
    [setMode],
  );

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(MAX_HEIGHT, element.scrollHeight)}px`;
  }, [text, mode]);

  const handleKey = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      composer.send(event.shiftKey ? "solved" : null);
    } else if (event.key === "Escape") area.current?.blur();
  };
  const handlePaste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    composer.files.add(files);
  };
  const handleDrop = (event: DragEvent): void => {
    event.preventDefault();
    setIsDropping(false);
    composer.files.add([...event.dataTransfer.files]);
  };
  const insert = (piece: string): void => {
    const element = area.current;
    const from = element?.selectionStart ?? text.length;
    const to = element?.selectionEnd ?? text.length;
    composer.setText(text.slice(0, from) + piece + text.slice(to));
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(from + piece.length, from + piece.length);
    });
  };

  if (isClosed) return <p className={css.closed}>{t("composer.closed")}</p>;
  return (
    <section
      className={cx(css.composer, mode === "note" && css.isNote, isDropping && css.isDropping)}
      aria-label={t(mode === "note" ? "message.note" : "composer.reply")}
      onDragOver={(event) => {
        event.preventDefault();
        setIsDropping(true);
      }}
      onDragLeave={() => setIsDropping(false)}
      onDrop={handleDrop}
    >
      {composer.hasNews && <Guard ticket={ticket} composer={composer} />}
      <ComposerHead ticket={ticket} composer={composer} />
      <textarea
        ref={area}
        rows={2}
        className={css.area}
        value={text}
        aria-label={t(mode === "note" ? "message.note" : "composer.reply")}
        placeholder={t(mode === "note" ? "composer.note_hint" : "composer.reply_hint")}
        onChange={(event) => composer.setText(event.target.value)}
        onKeyDown={handleKey}
        onPaste={handlePaste}
        onBlur={composer.stopTyping}
        data-testid="composer-input"
      />
      <UploadList files={composer.files} />
      <ComposerFoot composer={composer} onInsert={insert} />
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
          <ChannelMark />
          <span>{t(customer?.is_online ? "composer.route_online" : "composer.route_offline", { name })}</span>
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
