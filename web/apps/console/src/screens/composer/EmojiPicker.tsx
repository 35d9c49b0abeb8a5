import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./Composer.module.css";
import { findEmoji } from "./emoji";

const COLUMNS = 8;

interface EmojiPickerProps {
  onPick: (emoji: string) => void;
  onClose: () => void;
}

export default function EmojiPicker({ onPick, onClose }: EmojiPickerProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const found = findEmoji(q);

  useEffect(() => {
    const handlePress = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", handlePress);
    return () => document.removeEventListener("pointerdown", handlePress);
  }, [onClose]);

  const handleKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const first = found[0];
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter" && event.target instanceof HTMLInputElement && first) {
      event.preventDefault();
      onPick(first.sign);
    } else {
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
      if (step === undefined) return;
      const buttons = [...(box.current?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
      const at = buttons.findIndex((button) => button === document.activeElement);
      event.preventDefault();
      buttons[at < 0 ? 0 : Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
    }
  };
  return (
    <div ref={box} className={css.emoji} role="dialog" aria-label={t("composer.emoji")} onKeyDown={handleKey}>
      <input
        // biome-ignore lint/a11y/noAutofocus: opened by the agent to search in it
        autoFocus
        value={q}
        aria-label={t("composer.emoji_search")}
        placeholder={t("composer.emoji_search")}
        onChange={(event) => setQ(event.target.value)}
      />
      <div className={css.emojiGrid}>
        {found.map((item) => (
          <button
            key={item.sign}
            type="button"
            title={item.words}
            aria-label={item.words}
            onClick={() => onPick(item.sign)}
          >
            {item.sign}
          </button>
        ))}
        {found.length === 0 && <p>{t("palette.nothing")}</p>}
      </div>
    </div>
  );
}
