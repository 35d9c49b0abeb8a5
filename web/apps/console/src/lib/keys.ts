import { useEffect, useRef } from "react";
import { isChord, nameOf } from "./key-name";
import { preferences } from "./preferences";

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const layers: KeyMap[] = [];
let leader: string | null = null;
let leaderTimer = 0;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

const PRESSABLE =
  'button,a[href],summary,[role="button"],[role="link"],[role="menuitem"],[role="tab"],[role="switch"],[role="checkbox"],[role="radio"]';

/** Enter and Space belong to the control that has the focus. */
function isPressing(name: string, target: EventTarget | null): boolean {
  return (name === "Enter" || name === " ") && target instanceof Element && target.closest(PRESSABLE) !== null;
}

function handlerFor(name: string): ((event: KeyboardEvent) => void) | undefined {
  for (let i = layers.length - 1; i >= 0; i--) {
    const handler = layers[i]?.[name];
    if (handler) return handler;
  }
  return undefined;
}

function isModalOpen(): boolean {
  return document.querySelector('[role="dialog"][data-modal],[role="menu"]') !== null;
}

function handleKeyDown(event: KeyboardEvent): void {
  if (event.isComposing || event.key === "Process" || event.defaultPrevented) return;
  const isWriting = isTyping(event.target);
  const name = nameOf(event, isWriting);
  if (name === null) return;
  const isPlain = !isChord(name);
  if (isPlain && (isWriting || !preferences.get().hasHotkeys)) return;
  if (!name.startsWith("mod+") && isModalOpen()) return;
  if (isPressing(name, event.target)) return;
  const full = leader && isPlain ? `${leader} ${name}` : name;
  const handler = handlerFor(full);
  leader = null;
  window.clearTimeout(leaderTimer);
  if (handler) {
    event.preventDefault();
    handler(event);
  } else if (name === "g" && isPlain) {
    leader = "g";
    leaderTimer = window.setTimeout(() => {
      leader = null;
    }, 1200);
  }
}

window.addEventListener("keydown", handleKeyDown);

/** Keys of a screen part while it is shown; the newest part wins. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    const layer: KeyMap = new Proxy<KeyMap>(
      {},
      {
        get: (_, name) => (typeof name === "string" ? latest.current[name] : undefined),
      },
    );
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, []);
}
