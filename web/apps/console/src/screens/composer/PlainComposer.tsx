import { later } from "@parley/ui";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ShownTicket } from "../../lib/hooks";
import { composerRequests } from "../../lib/ui-state";
import css from "./Composer.module.css";
import { ComposerFoot } from "./ComposerFoot";
import { useSlash } from "./templates/useSlash";
import { useTemplateValues } from "./templates/useTemplateValues";
import { UploadList } from "./UploadList";
import type { ComposerModel } from "./useComposer";

const TemplateList = later(() => import("./templates/TemplateList"));

const MAX_HEIGHT = 240;

interface PlainComposerProps {
  ticket: ShownTicket;
  composer: ComposerModel;
  /** The agent asked for it with a key or a button, and waits to write. */
  hasFocus: boolean;
}

/** Plain text: chat replies, and notes of every channel. */
export function PlainComposer({ ticket, composer, hasFocus }: PlainComposerProps) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const slash = useSlash();
  const values = useTemplateValues(ticket);
  const { mode, text } = composer;
  const isReply = mode === "reply";

  useEffect(() => {
    if (hasFocus) area.current?.focus();
    return composerRequests.subscribe(() => requestAnimationFrame(() => area.current?.focus()));
  }, [hasFocus]);

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(MAX_HEIGHT, element.scrollHeight)}px`;
  }, [text, mode]);

  const handleKey = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const isMod = event.ctrlKey || event.metaKey;
    if (slash.query !== null && !isMod && slash.keys.current?.(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && isMod) {
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
  const caretLine = (): string | null => {
    const element = area.current;
    if (!isReply || !element || element.selectionStart !== element.selectionEnd) return null;
    return element.value.slice(0, element.selectionStart).split("\n").at(-1) ?? "";
  };
  /** At the caret, in place of so many characters before it. */
  const insert = (piece: string, replaced = 0): void => {
    const element = area.current;
    const from = (element?.selectionStart ?? text.length) - replaced;
    const to = element?.selectionEnd ?? text.length;
    composer.setText(text.slice(0, from) + piece + text.slice(to));
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(from + piece.length, from + piece.length);
    });
  };
  const label = t(isReply ? "composer.reply" : "message.note");
  return (
    <>
      <textarea
        ref={area}
        rows={2}
        className={css.area}
        value={text}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={slash.query === null ? undefined : "template-list"}
        aria-activedescendant={slash.optionId}
        placeholder={t(isReply ? "composer.reply_hint" : "composer.note_hint")}
        onChange={(event) => {
          composer.setText(event.target.value);
          slash.look(caretLine());
        }}
        onSelect={() => slash.look(caretLine())}
        onKeyDown={handleKey}
        onPaste={handlePaste}
        onBlur={composer.stopTyping}
        data-testid="composer-input"
      />
      {slash.query !== null && (
        <TemplateList
          query={slash.query}
          locale={ticket.requester.locale}
          values={values}
          keys={slash.keys}
          onActive={slash.setOptionId}
          onClose={slash.close}
          onPick={(filled) => {
            const { length } = caretLine() ?? "";
            slash.done();
            insert(filled, length);
          }}
        />
      )}
      <UploadList files={composer.files} />
      <ComposerFoot composer={composer} onInsert={insert} />
    </>
  );
}
