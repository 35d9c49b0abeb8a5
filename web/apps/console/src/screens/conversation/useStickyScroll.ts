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

  const toBottom = useCallback((): void => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    isAtBottom.current = true;
    setBelow(0);
    onSeenBottom(true);
  }, [onSeenBottom]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const firstId = log?.items[0]?.id ?? 0;
    const lastId = log?.items.at(-1)?.id ?? 0;
    const old = before.current;
    const isOwnNew = outboxCount > old.outbox;
    if (firstId < old.firstId) element.scrollTop += element.scrollHeight - old.height;
    else if (isAtBottom.current || isOwnNew || old.lastId === 0) toBottom();
    else if (lastId > old.lastId) {
      const fresh = log?.items.filter((message) => message.id > old.lastId && message.kind !== "system").length ?? 0;
      setBelow((count) => count + fresh);
    }
    before.current = { firstId, lastId, height: element.scrollHeight, outbox: outboxCount };
  }, [log, outboxCount, toBottom]);

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
