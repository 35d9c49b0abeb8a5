import { type RefObject, useEffect, useRef, useState } from "react";
import Squire from "squire-rte";
import { isBlankHtml } from "../../mail/html-text";
import { sanitizeDraft } from "../../mail/sanitize";
import { cleanHtml, linkOf } from "./clean-paste";

export type Tool =
  | "bold"
  | "italic"
  | "underline"
  | "strike"
  | "bullets"
  | "numbers"
  | "quote"
  | "code"
  | "link"
  | "clear";

const TAGS: Partial<Record<Tool, readonly string[]>> = {
  bold: ["B"],
  italic: ["I"],
  underline: ["U"],
  strike: ["S"],
  bullets: ["UL"],
  numbers: ["OL"],
  quote: ["BLOCKQUOTE"],
  code: ["CODE", "PRE"],
  link: ["A"],
};

/** What the composer may ask of the text. */
export interface Editor {
  focus: () => void;
  run: (tool: Tool) => void;
  link: (typed: string) => boolean;
  insertHtml: (html: string) => void;
  /** As if the editor had taken it from the clipboard itself. */
  pasteHtml: (html: string) => void;
  /** What stands before the caret in its line; null without one. */
  lineToCaret: () => string | null;
  /** Puts HTML in the place of the line up to the caret. */
  replaceLine: (html: string) => void;
}

interface EditorOptions {
  root: RefObject<HTMLElement | null>;
  html: string;
  onHtml: (html: string) => void;
  onCaret: () => void;
}

/** The rich text of an e-mail: HTML in, HTML out, always cleaned. An empty text is "". */
export function useEditor({ root, html, onHtml, onCaret }: EditorOptions) {
  const squire = useRef<Squire | null>(null);
  const written = useRef<string | null>(null);
  /** What was put in from outside, as the editor has it, until somebody writes. */
  const given = useRef<string | null>(null);
  const listeners = useRef({ onHtml, onCaret });
  listeners.current = { onHtml, onCaret };
  const [active, setActive] = useState<ReadonlySet<Tool>>(new Set());

  useEffect(() => {
    if (!root.current) return;
    const editor = new Squire(root.current, {
      sanitizeToDOMFragment: (raw) => document.importNode(sanitizeDraft(cleanHtml(raw)), true),
      undo: { documentSizeThreshold: 100_000, undoLimit: 200 },
    });
    squire.current = editor;
    written.current = null;
    editor.addEventListener("input", () => {
      const now = editor.getHTML();
      // The editor tells of what it was given, too, in words of its own: nobody has written that.
      if (now === given.current) return;
      given.current = null;
      written.current = isBlankHtml(now) ? "" : now;
      listeners.current.onHtml(written.current);
      listeners.current.onCaret();
    });
    const look = (): void => {
      const found = Object.entries(TAGS).filter(([, tags]) => tags.some((tag) => editor.hasFormat(tag)));
      setActive(new Set(found.flatMap(([tool]) => toolOf(tool))));
      listeners.current.onCaret();
    };
    editor.addEventListener("pathChange", look);
    editor.addEventListener("select", look);
    return () => {
      squire.current = null;
      editor.destroy();
    };
  }, [root]);

  // A text that did not come from here: the draft of another device, or one that was taken back.
  useEffect(() => {
    if (!squire.current || written.current === html) return;
    written.current = html;
    squire.current.setHTML(html);
    given.current = squire.current.getHTML();
    squire.current.moveCursorToEnd();
    if (document.activeElement !== root.current) squire.current.blur();
  }, [html, root]);

  const [editor] = useState(() => makeEditor(squire));
  return { editor, active };
}

function toolOf(name: string): Tool[] {
  const tools: readonly Tool[] = [
    "bold",
    "italic",
    "underline",
    "strike",
    "bullets",
    "numbers",
    "quote",
    "code",
    "link",
  ];
  return tools.filter((tool) => tool === name);
}

function makeEditor(current: RefObject<Squire | null>): Editor {
  return {
    focus: () => void current.current?.focus(),
    run: (tool) => current.current && run(current.current, tool),
    link: (typed) => {
      const editor = current.current;
      const href = linkOf(typed);
      if (!editor || (typed.trim() !== "" && href === null)) return false;
      editor.focus();
      if (href === null) editor.removeLink();
      else editor.makeLink(href);
      return true;
    },
    insertHtml: (html) => void current.current?.focus().insertHTML(html),
    pasteHtml: (html) => void current.current?.insertHTML(html, true),
    lineToCaret: () =>
      lineRange(current.current)
        ?.toString()
        .replace(/\u200b/g, "") ?? null,
    replaceLine: (html) => {
      const range = lineRange(current.current);
      if (range) current.current?.setSelection(range).insertHTML(html);
    },
  };
}

function run(editor: Squire, tool: Tool): void {
  const has = (tag: string): boolean => editor.hasFormat(tag);
  editor.focus();
  switch (tool) {
    case "bold":
      return void (has("B") ? editor.removeBold() : editor.bold());
    case "italic":
      return void (has("I") ? editor.removeItalic() : editor.italic());
    case "underline":
      return void (has("U") ? editor.removeUnderline() : editor.underline());
    case "strike":
      return void (has("S") ? editor.removeStrikethrough() : editor.strikethrough());
    case "bullets":
      return void (has("UL") ? editor.removeList() : editor.makeUnorderedList());
    case "numbers":
      return void (has("OL") ? editor.removeList() : editor.makeOrderedList());
    case "quote":
      return void (has("BLOCKQUOTE") ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel());
    case "code":
      return void editor.toggleCode();
    case "clear":
      return void editor.removeAllFormatting();
    case "link":
      return void editor.removeLink();
  }
}

/** From the beginning of the line to the caret. */
function lineRange(editor: Squire | null): Range | null {
  const root = editor?.getRoot();
  const caret = editor?.getSelection();
  if (!root || !caret?.collapsed || !root.contains(caret.startContainer)) return null;
  const range = caret.cloneRange();
  let block: Node = caret.startContainer;
  while (block.parentNode && block.parentNode !== root && !/^(?:DIV|LI|P|TD|PRE)$/.test(block.nodeName))
    block = block.parentNode;
  range.setStart(block, 0);
  return range;
}
