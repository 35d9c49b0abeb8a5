import { type RefObject, useEffect } from "react";

/**
 * Something in the stream grows by itself: a picture came, text became a formatted mail. When it begins above what the
 * reader sees, he is moved along, so that his line stays under his eyes; at the bottom the stream follows by its own.
 */
export function useSteady(part: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = part.current;
    const scroller = element?.closest("[data-scroller]");
    if (!element || !scroller) return;
    let height = element.offsetHeight;
    const observer = new ResizeObserver(() => {
      const growth = element.offsetHeight - height;
      height += growth;
      if (growth === 0 || element.getBoundingClientRect().top >= scroller.getBoundingClientRect().top) return;
      scroller.scrollTop += growth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [part]);
}
