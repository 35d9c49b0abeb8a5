import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { useMedia } from "../../lib/hooks";
import { usePreferences } from "../../lib/preferences";
import { FRAME_HEIGHT_MAX, frameDocument } from "./frame-document";
import css from "./MailFrame.module.css";
import { sanitizeMail, withPlaceholders, withRemoteImages } from "./sanitize";

interface MailFrameProps {
  html: string;
  title: string;
  /** Shown on white, also in the dark. */
  isPaper?: boolean;
  hasRemote?: boolean;
  onReady?: () => void;
}

/** A mail whose height follows the height of its own window would grow for ever. */
const MEASURES_MAX = 60;

function useIsDark(): boolean {
  const { theme } = usePreferences();
  const isSystemDark = useMedia("(prefers-color-scheme: dark)");
  return theme === "dark" || (theme === "system" && isSystemDark);
}

/** The console's colours as the frame can use them: resolved, for its tokens end at its border. */
function resolved(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Keys pressed in a mail are meant for the console: nothing can be typed in there. */
function passKey(event: KeyboardEvent): void {
  const copy = new KeyboardEvent("keydown", event);
  document.body.dispatchEvent(copy);
}

/**
 * A stranger's HTML, sanitised here once more, in a frame that cannot run scripts, send forms or lead the page elsewhere.
 * It has our origin only so that its height can be read from outside; without scripts nothing inside can use that.
 */
export function MailFrame({ html, title, isPaper = false, hasRemote = false, onReady }: MailFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const isDark = useIsDark();
  const [height, setHeight] = useState(0);
  const stop = useRef<() => void>(() => undefined);
  const safe = useMemo(() => sanitizeMail(html), [html]);
  const source = useMemo(() => {
    const look = {
      isDark,
      isPaper,
      text: resolved("--text"),
      link: resolved("--accent-text"),
      line: resolved("--line-control"),
      fontFamily: getComputedStyle(document.body).fontFamily.replace(/"/g, "'"),
    };
    return frameDocument(hasRemote ? withRemoteImages(safe) : withPlaceholders(safe), look, location.origin, hasRemote);
  }, [safe, isDark, isPaper, hasRemote]);

  const measure = (): void => {
    const inner = frame.current?.contentDocument;
    if (!inner?.body) return;
    const bar = inner.documentElement.scrollWidth > inner.documentElement.clientWidth ? 16 : 0;
    const wanted = Math.min(FRAME_HEIGHT_MAX, Math.ceil(inner.body.getBoundingClientRect().height) + bar);
    setHeight((old) => (Math.abs(old - wanted) < 2 ? old : wanted));
  };
  const handleLoad = (): void => {
    stop.current();
    const inner = frame.current?.contentDocument;
    if (!inner?.body) return;
    let left = MEASURES_MAX;
    const observer = new ResizeObserver(() => {
      if (left-- > 0) measure();
    });
    observer.observe(inner.body);
    inner.addEventListener("keydown", passKey);
    stop.current = () => observer.disconnect();
    measure();
    onReady?.();
  };
  useLayoutEffect(() => () => stop.current(), []);

  return (
    <iframe
      ref={frame}
      className={isPaper ? css.paper : css.frame}
      title={title}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      srcDoc={source}
      style={{ height, colorScheme: isDark && !isPaper ? "dark" : "light" }}
      onLoad={handleLoad}
      data-testid="mail-frame"
    />
  );
}
