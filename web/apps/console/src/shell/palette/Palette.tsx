import { Dialog, Icon } from "@parley/ui";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./Palette.module.css";
import { type PaletteItem, usePaletteItems } from "./usePaletteItems";

/** Ctrl+K: do something, go somewhere, find a ticket or a customer. The top hit is preselected. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const items = usePaletteItems(q);
  const index = Math.min(active, Math.max(0, items.length - 1));

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });

  const run = (item: PaletteItem | undefined): void => {
    if (!item) return;
    onClose();
    item.run();
  };
  const handleKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setActive((index + step + items.length) % Math.max(1, items.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(items[index]);
    }
  };
  return (
    <Dialog title={t("palette.title")} closeLabel={t("common.close")} look="wide" isBare onClose={onClose}>
      <div className={css.input}>
        <Icon name="search" />
        <input
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={items[index] ? `palette-${index}` : undefined}
          aria-label={t("palette.title")}
          placeholder={t("palette.hint")}
          value={q}
          onChange={(event) => {
            setQ(event.target.value);
            setActive(0);
          }}
          onKeyDown={handleKey}
          data-testid="palette-input"
        />
        <kbd>Esc</kbd>
      </div>
      <div className={css.list} id="palette-list" role="listbox" aria-label={t("palette.results")} ref={list}>
        {items.map((item, position) => (
          <div key={item.id} role="presentation">
            {item.group !== items[position - 1]?.group && (
              <p className={css.group} role="presentation">
                {t(`palette.${item.group}`)}
              </p>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys */}
            <div
              id={`palette-${position}`}
              role="option"
              tabIndex={-1}
              aria-selected={position === index}
              className={css.item}
              onClick={() => run(item)}
              onMouseMove={() => setActive(position)}
              data-testid="palette-item"
            >
              <Icon name={item.icon} />
              <span className={css.label}>{item.label}</span>
              {item.detail && <small>{item.detail}</small>}
              {item.hotkey && <kbd>{item.hotkey}</kbd>}
            </div>
          </div>
        ))}
        {items.length === 0 && <p className={css.nothing}>{t("palette.nothing")}</p>}
      </div>
    </Dialog>
  );
}
