import { useEffect, useRef } from "react";
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

/** The name of a press: "mod+k", "j", "?", "g i". */
function nameOf(event: KeyboardEvent): string {
  const isMod = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (isMod) return `mod+${event.shiftKey ? "shift+" : ""}${key}`;
  return key;
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
  if (event.isComposing || event.key === "Process" || event.defaultPrevented || event.altKey) return;
  const name = nameOf(event);
  const isPlain = !name.startsWith("mod+");
  if (isPlain && (isTyping(event.target) || isModalOpen() || !preferences.get().hasHotkeys)) return;
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
