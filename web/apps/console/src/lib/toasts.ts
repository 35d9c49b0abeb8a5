import { Emitter } from "@parley/client";
import { useSyncExternalStore } from "react";

export interface ToastAction {
  /** Null: "Undo". */
  label: string | null;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  action: ToastAction | null;
  seconds: number;
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const changed = new Emitter();

function replace(next: readonly Toast[]): void {
  toasts = next;
  changed.emit();
}

/** Ten seconds with Undo, else five. Never for an error that needs a decision. */
export function showToast(text: string, action: ToastAction | null = null): void {
  replace([...toasts.slice(-2), { id: nextId++, text, action, seconds: action ? 10 : 5 }]);
}

export function dropToast(id: number): void {
  replace(toasts.filter((toast) => toast.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(changed.subscribe, () => toasts);
}
