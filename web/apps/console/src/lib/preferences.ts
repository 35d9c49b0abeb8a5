import { Emitter } from "@parley/client";
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

/** What belongs to this browser rather than to the agent. */
export interface Preferences {
  theme: Theme;
  density: Density;
  hasHotkeys: boolean;
  isPanelShown: boolean;
  isRailWide: boolean;
  language: "en" | "zh-CN" | null;
}

const KEY = "parley.preferences";
const initial: Preferences = {
  theme: "system",
  density: "comfortable",
  hasHotkeys: true,
  isPanelShown: true,
  isRailWide: true,
  language: null,
};

function pick<T extends string>(value: unknown, choices: readonly T[], fallback: T): T {
  return choices.find((choice) => choice === value) ?? fallback;
}

function read(): Preferences {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const found = new Map(Object.entries(value ?? {}));
    const language = found.get("language");
    return {
      theme: pick(found.get("theme"), ["system", "light", "dark"], "system"),
      density: pick(found.get("density"), ["comfortable", "compact"], "comfortable"),
      hasHotkeys: found.get("hasHotkeys") !== false,
      isPanelShown: found.get("isPanelShown") !== false,
      isRailWide: found.get("isRailWide") !== false,
      language: language === "en" || language === "zh-CN" ? language : null,
    };
  } catch {
    return initial;
  }
}

let current = read();
const changed = new Emitter();

function apply(): void {
  const { dataset } = document.documentElement;
  if (current.theme === "system") delete dataset.theme;
  else dataset.theme = current.theme;
  dataset.density = current.density;
}

export const preferences = {
  get: (): Preferences => current,
  set: (change: Partial<Preferences>): void => {
    current = { ...current, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(current));
    } catch {
      // Private mode: the choice lasts until the tab closes.
    }
    apply();
    changed.emit();
  },
};

export function startPreferences(): void {
  apply();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(changed.subscribe, preferences.get);
}
