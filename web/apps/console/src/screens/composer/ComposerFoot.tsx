import { Button, cx, Icon, IconButton, later, MenuButton, type MenuEntry } from "@parley/ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import { PHONE, useCan, useMedia } from "../../lib/hooks";
import css from "./Composer.module.css";
import { MAX_LENGTH } from "./limits";
import type { ComposerModel } from "./useComposer";

const EmojiPicker = later(() => import("./EmojiPicker"));

interface ComposerFootProps {
  composer: ComposerModel;
  onInsert: (piece: string) => void;
  /** Ways to send that only one channel has. */
  more?: { entries: readonly MenuEntry[]; onChoose: (id: string) => void };
}

export function ComposerFoot({ composer, onInsert, more }: ComposerFootProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const picker = useRef<HTMLInputElement>(null);
  const [hasEmoji, setHasEmoji] = useState(false);
  const isPhone = useMedia(PHONE);
  const canClose = useCan("ticket.update");
  const isNote = composer.mode === "note";
  const isLong = composer.length > MAX_LENGTH * 0.8;
  const isDisabled = !composer.canSend;
  const entries: MenuEntry[] = [
    {
      id: "close",
      label: t("composer.send_close"),
      icon: "done",
      hotkey: "Ctrl ⇧ ↵",
      isDisabled,
      testId: "composer-send-close",
    },
    { id: "pending", label: t("composer.send_pending"), icon: "clock", isDisabled },
    ...(more?.entries ?? []).map((entry) => ({ ...entry, isDisabled })),
  ];
  const handleChoose = (id: string): void => {
    if (id === "close") composer.send("solved");
    else if (id === "pending") composer.send("pending");
    else more?.onChoose(id);
  };
  return (
    <div className={css.foot}>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t("composer.attach")}
        data-testid="composer-file"
        onChange={(event) => {
          composer.files.add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <IconButton icon="clip" label={t("composer.attach")} onClick={() => picker.current?.click()} />
      <IconButton
        icon="smile"
        label={t("composer.emoji")}
        aria-expanded={hasEmoji}
        onClick={() => setHasEmoji(!hasEmoji)}
        data-testid="emoji-button"
      />
      {hasEmoji && (
        <EmojiPicker
          onPick={(emoji) => {
            onInsert(emoji);
            setHasEmoji(false);
          }}
          onClose={() => setHasEmoji(false)}
        />
      )}
      <span className={css.grow} />
      {isLong && (
        <span className={cx(css.meter, composer.length > MAX_LENGTH && css.over)} role="status">
          {t("composer.length", { used: format.count(composer.length), max: format.count(MAX_LENGTH) })}
        </span>
      )}
      <span className={css.split}>
        <Button
          tone={composer.hasNews ? "secondary" : "primary"}
          disabled={!composer.canSend}
          onClick={() => composer.send(null)}
          data-testid="composer-send"
        >
          {t(isNote ? "composer.add_note" : "composer.send")}
          {!isPhone && <kbd aria-hidden="true">Ctrl ↵</kbd>}
        </Button>
        {!isNote && canClose && (
          <MenuButton
            label={t("composer.more_ways")}
            look={{ tone: composer.hasNews ? "secondary" : "primary", isIconOnly: true }}
            placement="top end"
            entries={entries}
            onChoose={handleChoose}
            isDisabled={isDisabled}
            testId="composer-send-more"
          >
            <Icon name="down" />
          </MenuButton>
        )}
      </span>
    </div>
  );
}
