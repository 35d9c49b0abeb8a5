import type { MessageLog } from "@parley/client";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { desk } from "../../app/desk";
import { attempt } from "../../lib/errors";

const NEAR = 80;

/**
 * Keeps the newest message in view while the reader is at the bottom, keeps his place while he is not, and loads older
 * messages as he nears the top.
 */
export function useStickyScroll(
  ticketId: number,
  log: MessageLog | undefined,
  outboxCount: number,
  onSeenBottom: (isSeen: boolean) => void,
) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isAtBottom = useRef(true);
  const isLoading = useRef(false);
  const before = useRef({ firstId: 0, lastId: 0, height: 0, outbox: 0 });
  const [below, setBelow] = useState(0);

  const stick = useCallback((): void => {
    isAtBottom.current = true;
    setBelow(0);
    onSeenBottom(true);
  }, [onSeenBottom]);
  const toBottom = useCallback((): void => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    stick();
  }, [stick]);

  // A message that streams in asks the page for no measure, for that would cost a layout of its own: the observer below
  // follows the growth in the same frame, when the layout is known.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const firstId = log?.items[0]?.id ?? 0;
    const lastId = log?.items.at(-1)?.id ?? 0;
    const old = before.current;
    const isOwnNew = outboxCount > old.outbox;
    if (firstId < old.firstId) {
      const height = element.scrollHeight;
      element.scrollTop += height - old.height;
      old.height = height;
    } else if (isOwnNew) toBottom();
    else if (isAtBottom.current || old.lastId === 0) stick();
    else if (lastId > old.lastId) {
      const fresh = log?.items.filter((message) => message.id > old.lastId && message.kind !== "system").length ?? 0;
      setBelow((count) => count + fresh);
    }
    before.current = { firstId, lastId, height: old.height, outbox: outboxCount };
  }, [log, outboxCount, stick, toBottom]);

  useEffect(() => {
    const inner = content.current;
    const outer = scroller.current;
    if (!inner || !outer) return;
    const observer = new ResizeObserver(() => {
      before.current.height = outer.scrollHeight;
      if (isAtBottom.current) outer.scrollTop = outer.scrollHeight;
    });
    observer.observe(inner);
    observer.observe(outer);
    return () => observer.disconnect();
  }, []);

  const handleScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    // The content has just grown and the observer has not followed yet: that is no leaving of the bottom.
    if (isAtBottom.current && element.scrollHeight !== before.current.height) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    const isNow = distance < NEAR;
    if (isNow !== isAtBottom.current) {
      isAtBottom.current = isNow;
      onSeenBottom(isNow);
    }
    if (isNow) setBelow(0);
    if (element.scrollTop < 240 && log?.hasOlder && !isLoading.current) {
      isLoading.current = true;
      attempt(
        desk.loadOlder(ticketId).finally(() => {
          isLoading.current = false;
        }),
      );
    }
  };

  return { scroller, content, below, toBottom, handleScroll };
}
