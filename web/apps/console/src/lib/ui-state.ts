import { Emitter } from "@parley/client";
import { useSyncExternalStore } from "react";

/** Which of the things that exist once is open. Opening one closes the other. */
export type Overlay = "palette" | "shortcuts" | "history" | "panel" | "assignee" | "priority" | "tags" | "start" | null;

let overlay: Overlay = null;
const changed = new Emitter();

export function openOverlay(next: Overlay): void {
  overlay = next;
  changed.emit();
}

export function useOverlay(): Overlay {
  return useSyncExternalStore(changed.subscribe, () => overlay);
}

/** Asks the composer to take the focus in a mode. */
export const composerRequests = new Emitter<"reply" | "note">();
