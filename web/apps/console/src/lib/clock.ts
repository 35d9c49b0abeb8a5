import { Emitter } from "@parley/client";
import { useSyncExternalStore } from "react";
import { desk } from "../app/desk";

const tick = new Emitter();
let minute = Math.floor(Date.now() / 10_000);
setInterval(() => {
  minute = Math.floor(Date.now() / 10_000);
  tick.emit();
}, 10_000);

const second = new Emitter();
let seconds = Math.floor(Date.now() / 1000);
setInterval(() => {
  seconds = Math.floor(Date.now() / 1000);
  second.emit();
}, 1000);

/** Server time, renewed every ten seconds: one timer for every row on the screen. */
export function useNow(): number {
  useSyncExternalStore(tick.subscribe, () => minute);
  return desk.now();
}

/** Server time, renewed every second; for countdowns only. */
export function useNowSeconds(): number {
  useSyncExternalStore(second.subscribe, () => seconds);
  return desk.now();
}
