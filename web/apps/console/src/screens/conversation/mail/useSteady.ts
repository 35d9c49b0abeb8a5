import { type RefObject, useCallback, useEffect, useRef } from "react";

/** So long after a press what grows is what was asked for, also when it has to be fetched first. */
const ASKED_MS = 1500;

/**
 * Something in the stream grows by itself: a picture came, text became a formatted mail. When it begins above what the
 * reader sees, he is moved along, so that his line stays under his eyes; at the bottom the stream follows by its own.
 * The answer is to be called when the reader himself unfolds something, which then grows away from him.
 */
export function useSteady(part: RefObject<HTMLElement | null>): () => void {
  const askedAt = useRef(0);
  useEffect(() => {
    const element = part.current;
    const scroller = element?.closest("[data-scroller]");
    if (!element || !scroller) return;
    let height = element.offsetHeight;
    const observer = new ResizeObserver(() => {
      const growth = element.offsetHeight - height;
      height += growth;
      const isAsked = performance.now() - askedAt.current < ASKED_MS;
      const isAbove = element.getBoundingClientRect().top < scroller.getBoundingClientRect().top;
      if (growth !== 0 && isAbove && !isAsked) scroller.scrollTop += growth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [part]);
  return useCallback(() => {
    askedAt.current = performance.now();
  }, []);
}
