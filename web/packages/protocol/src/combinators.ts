/** Small validators: each takes an unknown value and gives back a typed one, or throws a DecodeError naming the path. */

export class DecodeError extends Error {
  constructor(
    readonly path: string,
    readonly expected: string,
  ) {
    super(`${path || "value"}: expected ${expected}`);
    this.name = "DecodeError";
  }
}

export type Decoder<T> = (value: unknown, path: string) => T;

export const text: Decoder<string> = (value, path) => {
  if (typeof value !== "string") throw new DecodeError(path, "text");
  return value;
};

export const integer: Decoder<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new DecodeError(path, "a number");
  return value;
};

export const bool: Decoder<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new DecodeError(path, "true or false");
  return value;
};

export const anything: Decoder<unknown> = (value) => value;

/** Cursors are opaque; a server may send them as text or as a number. */
export const cursor: Decoder<string> = (value, path) => {
  if (typeof value === "number") return String(value);
  return text(value, path);
};

export function orNull<T>(inner: Decoder<T>): Decoder<T | null> {
  return (value, path) => (value === null || value === undefined ? null : inner(value, path));
}

export function withDefault<T>(inner: Decoder<T>, fallback: T): Decoder<T> {
  return (value, path) => (value === null || value === undefined ? fallback : inner(value, path));
}

export function oneOf<const T extends readonly string[]>(choices: T): Decoder<T[number]> {
  return (value, path) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new DecodeError(path, choices.join(" | "));
    return found;
  };
}

/** Like oneOf, for all words of a type: one that the server's description adds is a type error here until it is listed. */
export function allOf<T extends string>(words: Record<T, true>): Decoder<T> {
  const isWord = (value: unknown): value is T => typeof value === "string" && Object.hasOwn(words, value);
  return (value, path) => {
    if (!isWord(value)) throw new DecodeError(path, Object.keys(words).join(" | "));
    return value;
  };
}

/** The path is put together only when something is wrong: otherwise it would cost more than the look at the value. */
function within<T>(path: string, key: string | number, inner: Decoder<T>, value: unknown): T {
  try {
    return inner(value, "");
  } catch (error) {
    if (error instanceof DecodeError) throw new DecodeError(`${path}/${key}${error.path}`, error.expected);
    throw error;
  }
}

export function list<T>(inner: Decoder<T>): Decoder<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new DecodeError(path, "a list");
    return value.map((item: unknown, index) => within(path, index, inner, item));
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function record<T>(inner: Decoder<T>): Decoder<Record<string, T>> {
  return (value, path) => {
    if (!isRecord(value)) throw new DecodeError(path, "an object");
    const out: Record<string, T> = {};
    for (const [key, item] of Object.entries(value)) out[key] = within(path, key, inner, item);
    return out;
  };
}

/** The only assertion of the package: the result is built key by key from the decoders of exactly those keys. */
export function object<T>(fields: { [K in keyof T]-?: Decoder<T[K]> }): Decoder<T> {
  const entries = Object.entries(fields) as [string, Decoder<unknown>][];
  return (value, path) => {
    if (!isRecord(value)) throw new DecodeError(path, "an object");
    const out: Record<string, unknown> = {};
    for (const [key, decoder] of entries) out[key] = within(path, key, decoder, value[key]);
    return out as T;
  };
}
