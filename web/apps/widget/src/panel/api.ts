/** What the shop's scripts may ask of `window.Parley`. */
import { identify, logout, start } from "../core/desk";
import { state } from "../core/state";
import type { Call, EventName, Identity } from "../shared/bridge";
import { reset, setOpen, ui } from "./store";

const listeners: [unknown, (detail: unknown) => void][] = [];

export function emit(event: EventName, detail?: unknown): void {
  for (const [name, listener] of listeners) if (name === event) listener(detail);
}

const commands: Record<string, (first: unknown, second: unknown) => void> = {
  open: () => setOpen(true),
  close: () => setOpen(false),
  toggle: () => setOpen(!ui.is_open_),
  on(name, listener) {
    if (typeof listener === "function") listeners.push([name, listener as never]);
  },
  identify(wanted) {
    const identity = wanted as Identity | null;
    if (!identity?.external_id || !identity.hmac) return;
    const was_active = state.phase_;
    identify(identity);
    if (state.phase_ || !was_active) return;
    reset();
    void start();
  },
  logout() {
    logout();
    reset();
  },
};

export const run = ([command, first, second]: Call): void => commands[`${command}`]?.(first, second);
