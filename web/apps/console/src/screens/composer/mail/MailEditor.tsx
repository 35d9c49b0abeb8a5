import { cx, later } from "@parley/ui";
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { textToHtml } from "../mail-draft";
import type { TemplateValues } from "../templates/fill";
import { useSlash } from "../templates/useSlash";
import css from "./MailComposer.module.css";
import { pasteOf } from "./paste";
import { Toolbar } from "./Toolbar";
import { type Editor, type Tool, useEditor } from "./useEditor";

const TemplateList = later(() => import("../templates/TemplateList"));

interface MailEditorProps {
  html: string;
  onHtml: (html: string) => void;
  label: string;
  hint: string;
  handle: RefObject<Editor | null>;
  /** What a slash at the beginning of a line offers; without it a slash is a slash. */
  templates?: { values: TemplateValues; locale: string };
  /** Ctrl+Enter. */
  onSend: (isClosing: boolean) => void;
  /** Pictures that are to stand in the text, and other files; where they are not wanted, nothing happens to them. */
  onPictures?: (files: File[]) => void;
  onFiles?: (files: File[]) => void;
  onBlur?: () => void;
  /** Stands under the text and scrolls with it. */
  below?: ReactNode;
  /** Nobody is writing: the tools are put away. */
  isFolded?: boolean;
  testId: string;
}

const DIGITS: Record<string, Tool> = { Digit7: "numbers", Digit8: "bullets", Digit9: "quote", KeyX: "strike" };
const LETTERS: Record<string, Tool> = { b: "bold", i: "italic", u: "underline" };

function isPicture(file: File): boolean {
  return /^image\/(?:png|jpeg|gif|webp)$/.test(file.type);
}

/** The text of an e-mail with its tools. */
export function MailEditor(props: MailEditorProps) {
  const {
    html,
    onHtml,
    label,
    hint,
    handle,
    templates,
    onSend,
    onPictures,
    onFiles,
    onBlur,
    below,
    isFolded = false,
    testId,
  } = props;
  const { t } = useTranslation();
  const root = useRef<HTMLDivElement>(null);
  const [isLinking, setIsLinking] = useState(false);
  const slash = useSlash();
  const { editor, active } = useEditor({
    root,
    html,
    onHtml,
    onCaret: () => templates && slash.look(handle.current?.lineToCaret() ?? null),
  });
  useEffect(() => {
    handle.current = editor;
    return () => {
      handle.current = null;
    };
  }, [editor, handle]);

  const handleKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const isMod = event.ctrlKey || event.metaKey;
    const isListKey = slash.query !== null && !isMod && slash.keys.current?.(event.key);
    const tool = isMod && (event.shiftKey ? DIGITS[event.code] : LETTERS[event.key.toLowerCase()]);
    if (isListKey) consume(event);
    else if (isMod && event.key === "Enter") {
      consume(event);
      onSend(event.shiftKey);
    } else if (isMod && event.key.toLowerCase() === "k") {
      consume(event);
      setIsLinking(true);
    } else if (tool) {
      consume(event);
      editor.run(tool);
    } else if (event.key === "Escape") root.current?.blur();
  };
  const takeFiles = (event: ClipboardEvent | DragEvent, files: File[]): void => {
    consume(event);
    const pictures = files.filter(isPicture);
    if (pictures.length > 0) onPictures?.(pictures);
    const others = files.filter((file) => !isPicture(file));
    if (others.length > 0) onFiles?.(others);
  };
  const handlePaste = (event: ClipboardEvent): void => {
    const data = event.clipboardData;
    const paste = pasteOf({ types: data.types, files: data.files, getData: (type) => data.getData(type) });
    if (paste.kind === "files") takeFiles(event, paste.files);
    else if (paste.kind === "html") {
      consume(event);
      editor.pasteHtml(paste.html);
    }
  };
  return (
    <>
      <div className={css.scroll}>
        {/* biome-ignore lint/a11y/useSemanticElements: rich text has no element of its own */}
        <div
          ref={root}
          className={cx(css.editor, html === "" && css.isEmpty, isFolded && css.isShort)}
          contentEditable
          suppressContentEditableWarning
          role="textbox"
          tabIndex={0}
          aria-multiline
          aria-label={label}
          aria-autocomplete={templates && "list"}
          aria-controls={slash.query === null ? undefined : "template-list"}
          aria-activedescendant={slash.optionId}
          data-hint={hint}
          onKeyDownCapture={handleKey}
          onPasteCapture={handlePaste}
          onDropCapture={(event) => {
            const files = [...event.dataTransfer.files];
            if (files.length > 0) takeFiles(event, files);
          }}
          onBlur={onBlur}
          data-testid={testId}
        />
        {below}
      </div>
      <div className={css.listPlace}>
        {templates && slash.query !== null && (
          <TemplateList
            query={slash.query}
            {...templates}
            keys={slash.keys}
            onActive={slash.setOptionId}
            onClose={slash.close}
            onPick={(filled) => {
              slash.done();
              editor.replaceLine(textToHtml(filled));
            }}
          />
        )}
      </div>
      {!isFolded && (
        <Toolbar
          editor={editor}
          active={active}
          isLinking={isLinking}
          onLinking={setIsLinking}
          label={t("email.tools")}
        />
      )}
    </>
  );
}

function consume(event: KeyboardEvent | ClipboardEvent | DragEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
