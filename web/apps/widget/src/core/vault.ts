/** The three methods we use of localStorage; a test or a sandboxed page may have less. */
export interface Box {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Reading the property alone throws in a sandboxed frame or when the visitor blocks site data. */
export function pageBox(): Box | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/**
 * JSON values under one prefix. The first failure (blocked, full) moves this tab to memory for good: half of the state
 * in storage and half in memory would be worse than none stored.
 */
export class Vault {
  private readonly memory = new Map<string, string>();

  constructor(
    private readonly prefix: string,
    private box: Box | null,
  ) {}

  read(name: string): unknown {
    try {
      return JSON.parse(this.raw(name) ?? "null");
    } catch {
      return null;
    }
  }

  write(name: string, value: unknown): void {
    const json = JSON.stringify(value);
    this.memory.set(name, json);
    this.attempt((box) => box.setItem(this.prefix + name, json));
  }

  erase(name: string): void {
    this.memory.delete(name);
    this.attempt((box) => box.removeItem(this.prefix + name));
  }

  private raw(name: string): string | null {
    const found = this.attempt((box) => ({ value: box.getItem(this.prefix + name) }));
    return found ? found.value : (this.memory.get(name) ?? null);
  }

  private attempt<T>(use: (box: Box) => T): T | null {
    if (!this.box) return null;
    try {
      return use(this.box);
    } catch {
      this.box = null;
      return null;
    }
  }
}
