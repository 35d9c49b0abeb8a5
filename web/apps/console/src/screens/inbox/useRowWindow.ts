import { type RefObject, useEffect, useLayoutEffect, useState } from "react";

/** Rows beyond either edge of the view that are drawn too, so that scrolling does not run into nothing. */
const AHEAD = 4;
const DEFAULT_REM = 5.25;

interface View {
  /** Of a row, in pixels. */
  height: number;
  /** The topmost row that is seen, and how many of them are. */
  first: number;
  rows: number;
}

function measure(scroller: HTMLElement): View {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const height = (Number.parseFloat(getComputedStyle(scroller).getPropertyValue("--row-h")) || DEFAULT_REM) * rem;
  return { height, ...seen(scroller, height) };
}

function seen(scroller: HTMLElement, height: number): { first: number; rows: number } {
  return {
    first: Math.floor(scroller.scrollTop / height),
    rows: Math.ceil(scroller.clientHeight / height) + 1,
  };
}

function keepSame(old: View, fresh: View): View {
  return old.height === fresh.height && old.first === fresh.first && old.rows === fresh.rows ? old : fresh;
}

/**
 * Which rows to draw of a list whose rows all have the height that the style sheet says (`--row-h`, in rem). So their places
 * are a multiplication, however long the list is. `look` again when `style` changes.
 */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, count: number, style: string) {
  const [view, setView] = useState<View>({ height: DEFAULT_REM * 16, first: 0, rows: 12 });

  useLayoutEffect(() => {
    void style;
    const element = scroller.current;
    if (element) setView((old) => keepSame(old, measure(element)));
  }, [scroller, style]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView((old) => keepSame(old, measure(element))));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);

  const handleScroll = (): void => {
    const element = scroller.current;
    if (element) setView((old) => keepSame(old, { height: old.height, ...seen(element, old.height) }));
  };
  /** No further than it takes for the row to be seen whole. */
  const scrollTo = (index: number): void => {
    const element = scroller.current;
    if (!element) return;
    const top = index * view.height;
    const padding = Number.parseFloat(getComputedStyle(element).paddingTop) || 0;
    const lowest = top + view.height + 2 * padding - element.clientHeight;
    element.scrollTop = Math.min(top, Math.max(lowest, element.scrollTop));
  };

  const from = Math.max(0, Math.min(view.first, count) - AHEAD);
  const to = Math.min(count, view.first + view.rows + AHEAD);
  return { from, to, height: view.height, handleScroll, scrollTo };
}
