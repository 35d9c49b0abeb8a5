import { Button, cx, IconButton } from "@parley/ui";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./MailComposer.module.css";
import type { Editor, Tool } from "./useEditor";

const TOOLS: readonly { tool: Tool; hotkey: string; sign: ReactNode }[] = [
  { tool: "bold", hotkey: "Ctrl B", sign: <b>B</b> },
  { tool: "italic", hotkey: "Ctrl I", sign: <i>I</i> },
  { tool: "underline", hotkey: "Ctrl U", sign: <u>U</u> },
  { tool: "strike", hotkey: "Ctrl ⇧ X", sign: <s>S</s> },
  {
    tool: "bullets",
    hotkey: "Ctrl ⇧ 8",
    sign: <Sign d="M9 6h11M9 12h11M9 18h11M4.500 6v.01M4.500 12v.01M4.500 18v.01" />,
  },
  {
    tool: "numbers",
    hotkey: "Ctrl ⇧ 7",
    sign: (
      <Sign d="M10 6h10M10 12h10M10 18h10M4 4.500l1.500-1v5M3.500 15.500c.5-1.500 3-1 2.500.5-.3.900-2.500 1.700-2.500 3.500h3" />
    ),
  },
  { tool: "quote", hotkey: "Ctrl ⇧ 9", sign: <Sign d="M5 5v14M10 8h9M10 12h9M10 16h6" /> },
  {
    tool: "link",
    hotkey: "Ctrl K",
    sign: (
      <Sign d="M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1" />
    ),
  },
  { tool: "code", hotkey: "Ctrl D", sign: <Sign d="M8.500 7L3.500 12l5 5M15.500 7l5 5-5 5" /> },
  { tool: "clear", hotkey: "", sign: <Sign d="M6 5h13M12 5l-2.500 13M4 20l16-16" /> },
];

function Sign({ d }: { d: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={d} />
    </svg>
  );
}

interface ToolbarProps {
  editor: Editor;
  active: ReadonlySet<Tool>;
  isLinking: boolean;
  onLinking: (isLinking: boolean) => void;
  label: string;
}

/** One stop of the Tab key; arrows move inside. */
export function Toolbar({ editor, active, isLinking, onLinking, label }: ToolbarProps) {
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  if (isLinking) return <LinkBar editor={editor} hasLink={active.has("link")} onClose={() => onLinking(false)} />;
  const handleKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (at + step + TOOLS.length) % TOOLS.length;
    setAt(next);
    bar.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div ref={bar} className={css.tools} role="toolbar" aria-label={label} onKeyDown={handleKey}>
      {TOOLS.map(({ tool, hotkey, sign }, index) => {
        const name = t(`email.tool_${tool}`);
        return (
          <button
            key={tool}
            type="button"
            className={cx(css.tool, active.has(tool) && css.on)}
            aria-label={name}
            title={hotkey ? `${name} (${hotkey})` : name}
            aria-pressed={tool === "clear" ? undefined : active.has(tool)}
            tabIndex={index === at ? 0 : -1}
            // The text keeps its selection.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => (tool === "link" ? onLinking(true) : editor.run(tool))}
            data-testid={`tool-${tool}`}
          >
            {sign}
          </button>
        );
      })}
    </div>
  );
}

function LinkBar({ editor, hasLink, onClose }: { editor: Editor; hasLink: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const close = (): void => {
    onClose();
    editor.focus();
  };
  const apply = (): void => {
    if (typed.trim() === "") close();
    else if (editor.link(typed)) onClose();
    else setIsWrong(true);
  };
  return (
    <div className={css.linkBar}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the agent has just asked to write here
        autoFocus
        type="text"
        inputMode="url"
        value={typed}
        aria-label={t("email.link_address")}
        aria-invalid={isWrong}
        placeholder={t("email.link_hint")}
        onChange={(event) => {
          setTyped(event.target.value);
          setIsWrong(false);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") {
            event.preventDefault();
            apply();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            close();
          }
        }}
        data-testid="link-input"
      />
      <Button size="sm" onClick={apply}>
        {t("email.link_set")}
      </Button>
      {hasLink && (
        <Button
          size="sm"
          tone="quiet"
          onClick={() => {
            editor.link("");
            onClose();
          }}
        >
          {t("email.link_remove")}
        </Button>
      )}
      <IconButton icon="x" size="sm" label={t("common.cancel")} onClick={close} />
    </div>
  );
}
