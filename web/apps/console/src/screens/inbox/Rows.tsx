import type { ListSpec, ListState } from "@parley/client";
import { Icon } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { attempt } from "../../lib/errors";
import { PHONE, useMedia } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { usePreferences } from "../../lib/preferences";
import css from "./List.module.css";
import { Row } from "./Row";
import { useHeldOrder } from "./useHeldOrder";
import { useRowWords } from "./useRowWords";

interface RowsProps {
  spec: ListSpec;
  list: ListState;
  view: string;
  openId: number | null;
}

function rowHeight(scroller: HTMLElement | null): number {
  const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const height = scroller ? Number.parseFloat(getComputedStyle(scroller).getPropertyValue("--row-h")) : Number.NaN;
  return (Number.isFinite(height) ? height : 5.25) * root;
}

export function Rows({ spec, list, view, openId }: RowsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const words = useRowWords();
  const { density } = usePreferences();
  const isPhone = useMedia(PHONE);
  const scroller = useRef<HTMLDivElement>(null);
  const [isHovered, setIsHovered] = useState(false);
  const [isScrolled, setIsScrolled] = useState(false);
  const [activeId, setActiveId] = useState(openId);
  const { order, moved, release } = useHeldOrder(list.ids, isHovered || isScrolled);
  const activeIndex = order.indexOf(activeId ?? openId ?? -1);

  // Asked for every row again whenever the order changes, so neither may be made anew nor ask the style.
  const height = useRef<number | null>(null);
  const estimateSize = useCallback(() => {
    height.current ??= rowHeight(scroller.current);
    return height.current;
  }, []);
  const getItemKey = useCallback((index: number) => order[index] ?? index, [order]);
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize,
    getItemKey,
    overscan: 6,
    useFlushSync: false,
    rangeExtractor: (range) => {
      const from = Math.max(0, range.startIndex - range.overscan);
      const to = Math.min(range.count - 1, range.endIndex + range.overscan);
      const indexes = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      if (activeIndex >= 0 && (activeIndex < from || activeIndex > to)) indexes.push(activeIndex);
      return indexes;
    },
  });

  useLayoutEffect(() => {
    // Both of these change the height that the style sheet gives a row.
    void density;
    void isPhone;
    height.current = null;
    virtual.measure();
  }, [density, isPhone]);
  useEffect(() => setActiveId(openId), [openId]);

  const open = (id: number): void => {
    const search = { ...(spec.q ? { q: spec.q } : {}), ...(spec.sort === "updated" ? {} : { sort: spec.sort }) };
    void navigate({ to: "/inbox/$view/$ticketId", params: { view, ticketId: String(id) }, search });
  };
  const moveTo = (index: number, isOpening: boolean): void => {
    const id = order[Math.max(0, Math.min(order.length - 1, index))];
    if (id === undefined) return;
    setActiveId(id);
    virtual.scrollToIndex(order.indexOf(id));
    if (isOpening) open(id);
  };
  useKeys({
    j: () => moveTo(activeIndex + 1, openId !== null),
    k: () => moveTo(activeIndex <= 0 ? 0 : activeIndex - 1, openId !== null),
    Enter: () => activeId !== null && open(activeId),
  });

  const handleKey = (event: KeyboardEvent): void => {
    const target = { ArrowDown: activeIndex + 1, ArrowUp: activeIndex - 1, Home: 0, End: order.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    moveTo(target, false);
  };
  const handleScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    setIsScrolled(element.scrollTop > 8);
    const isNearEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 600;
    if (isNearEnd && list.nextCursor) loadMore(spec);
  };
  const handleRelease = (): void => {
    release();
    scroller.current?.scrollTo({ top: 0 });
    setIsScrolled(false);
  };

  // A row that changes its place only moves on the screen: in the document it stays where it is, for moving it there would
  // lay out every row it passes. `aria-owns` tells the order to those who do not see it.
  const items = virtual.getVirtualItems().flatMap((item) => {
    const id = order[item.index];
    return id === undefined ? [] : [{ id, index: item.index, top: item.start }];
  });
  const owned = items.map(({ id }) => `row-${id}`).join(" ");
  const openIndex = openId === null ? -1 : order.indexOf(openId);
  items.sort((a, b) => a.id - b.id);

  return (
    <>
      {moved > 0 && (
        <p className={css.held}>
          <button type="button" onClick={handleRelease} data-testid="held-pill">
            <Icon name="up" size="sm" />
            {t("list.moved", { count: moved })}
          </button>
        </p>
      )}
      <div
        ref={scroller}
        className={css.scroller}
        onScroll={handleScroll}
        onPointerEnter={(event) => event.pointerType === "mouse" && setIsHovered(true)}
        onPointerLeave={() => setIsHovered(false)}
      >
        <div
          role="listbox"
          tabIndex={0}
          aria-label={t("list.region")}
          aria-owns={owned}
          aria-activedescendant={activeIndex >= 0 ? `row-${order[activeIndex]}` : undefined}
          className={css.rows}
          style={{ height: virtual.getTotalSize() }}
          data-testid="ticket-list"
          onKeyDown={handleKey}
        >
          {items.map(({ id, index, top }) => (
            <Row
              key={id}
              id={id}
              top={top}
              position={index + 1}
              total={order.length}
              hasLine={index > 0 && index !== openIndex && index !== openIndex + 1}
              isSelected={id === openId}
              isActive={index === activeIndex}
              words={words}
              onOpen={open}
            />
          ))}
        </div>
      </div>
    </>
  );
}

let isLoading = false;
function loadMore(spec: ListSpec): void {
  if (isLoading) return;
  isLoading = true;
  attempt(
    desk.loadMore(spec).finally(() => {
      isLoading = false;
    }),
  );
}
