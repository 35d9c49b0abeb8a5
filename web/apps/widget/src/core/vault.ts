/**
 * JSON values under one prefix. The first failure to write (blocked, full) moves this tab to memory for good: half of the
 * state in storage and half in memory would be worse than none stored.
 */
import { key } from "../host";

const memory: Record<string, unknown> = {};
let is_broken = false;
export const full = (name: string) => `parley:${key}:${name}`;

export function read(name: string): unknown {
  try {
    if (!is_broken) return JSON.parse(localStorage[full(name)] ?? null);
  } catch {
    // Strange content is no content; nor is there any where the mere look throws.
  }
  return memory[name];
}

/** Nothing erases. */
export function write(name: string, value?: unknown): void {
  memory[name] = value;
  try {
    if (value) localStorage[full(name)] = JSON.stringify(value);
    else localStorage.removeItem(full(name));
  } catch {
    is_broken = true;
  }
}
