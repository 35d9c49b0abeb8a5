import type { ListSpec } from "@parley/client";
import { Icon } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { desk } from "../../app/desk";
import { attempt } from "../../lib/errors";
import { PHONE, useList, useMedia } from "../../lib/hooks";
import { useKeys } from "../../lib/keys";
import { usePreferences } from "../../lib/preferences";
import css from "./List.module.css";
import { Row } from "./Row";
import { assignSlots, type Slots } from "./slots";
import { useHeldOrder } from "./useHeldOrder";
import { useRowWindow } from "./useRowWindow";
import { useRowWords } from "./useRowWords";

interface RowsProps {
  spec: ListSpec;
  view: string;
  openId: number | null;
}

const NO_IDS: readonly number[] = [];
const NO_SLOTS: Slots = new Map();

function rowAt(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest("[data-ticket-id]") : null;
  return row ? Number(row.getAttribute("data-ticket-id")) : null;
}

export function Rows({ spec, view, openId }: RowsProps) {
  const navigate = useNavigate();
  const words = useRowWords();
  const list = useList(spec);
  const { density } = usePreferences();
  const isPhone = useMedia(PHONE);
  const scroller = useRef<HTMLDivElement>(null);
  const [isHovered, setIsHovered] = useState(false);
  const [isScrolled, setIsScrolled] = useState(false);
  const [activeId, setActiveId] = useState(openId);
  const { order, moved, release } = useHeldOrder(list?.ids ?? NO_IDS, isHovered || isScrolled);
  const activeIndex = order.indexOf(activeId ?? openId ?? -1);
  const drawn = useRowWindow(scroller, order.length, `${density} ${isPhone}`);
  useEffect(() => setActiveId(openId), [openId]);

  const open = (id: number): void => {
    const search = { ...(spec.q ? { q: spec.q } : {}), ...(spec.sort === "updated" ? {} : { sort: spec.sort }) };
    void navigate({ to: "/inbox/$view/$ticketId", params: { view, ticketId: String(id) }, search });
  };
  const moveTo = (index: number, isOpening: boolean): void => {
    const target = Math.max(0, Math.min(order.length - 1, index));
    const id = order[target];
    if (id === undefined) return;
    setActiveId(id);
    drawn.scrollTo(target);
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
  const handleClick = (event: MouseEvent): void => {
    const id = rowAt(event.target);
    if (id !== null) open(id);
  };
  const handleScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    drawn.handleScroll();
    setIsScrolled(element.scrollTop > 8);
    const isNearEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 600;
    if (isNearEnd && list?.nextCursor) loadMore(spec);
  };
  const handleRelease = (): void => {
    release();
    scroller.current?.scrollTo({ top: 0 });
    setIsScrolled(false);
  };

  const rows = drawnRows(order, drawn, activeIndex);
  const slots = useSlots(rows.map(({ id }) => id));
  const owned = rows.map(({ id }) => `row-${id}`).join(" ");
  const openIndex = openId === null ? -1 : order.indexOf(openId);
  // A row that changes its place only moves on the screen: in the document it stays where it is, for moving it there would
  // lay out every row it passes. `aria-owns` tells the order to those who do not see it.
  const inDocument = rows.map((row) => ({ ...row, slot: slots.get(row.id) ?? 0 })).sort((a, b) => a.slot - b.slot);

  return (
    <>
      {moved > 0 && (
        <p className={css.held}>
          <button type="button" onClick={handleRelease} data-testid="held-pill">
            <Icon name="up" size="sm" />
            {words.moved(moved)}
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
          aria-label={words.region}
          aria-owns={owned}
          aria-activedescendant={activeIndex >= 0 ? `row-${order[activeIndex]}` : undefined}
          className={css.rows}
          style={{ height: order.length * drawn.height }}
          data-testid="ticket-list"
          onKeyDown={handleKey}
          onClick={handleClick}
        >
          {inDocument.map(({ id, index, slot }) => (
            <Row
              key={slot}
              id={id}
              top={index * drawn.height}
              position={index + 1}
              total={order.length}
              hasLine={index > 0 && index !== openIndex && index !== openIndex + 1}
              isSelected={id === openId}
              isActive={index === activeIndex}
              words={words}
            />
          ))}
        </div>
      </div>
    </>
  );
}

/** The active row is among them wherever the list is scrolled to: it is what the keys move from. */
function drawnRows(order: readonly number[], { from, to }: { from: number; to: number }, activeIndex: number) {
  const rows = order.slice(from, to).map((id, offset) => ({ id, index: from + offset }));
  const active = order[activeIndex];
  if (active === undefined || (activeIndex >= from && activeIndex < to)) return rows;
  const far = { id: active, index: activeIndex };
  return activeIndex < from ? [far, ...rows] : [...rows, far];
}

function useSlots(ids: readonly number[]): Slots {
  const before = useRef(NO_SLOTS);
  const slots = assignSlots(before.current, ids);
  useLayoutEffect(() => {
    before.current = slots;
  });
  return slots;
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
