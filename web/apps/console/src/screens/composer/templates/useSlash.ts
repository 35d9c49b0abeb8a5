import { useCallback, useRef, useState } from "react";
import { slashQuery } from "./slash";

/** Whether a slash at the beginning of a line has opened the list of templates, for any field that is written in. */
export function useSlash() {
  const [query, setQuery] = useState<string | null>(null);
  const [optionId, setOptionId] = useState<string | undefined>();
  const isClosed = useRef(false);
  const keys = useRef<((key: string) => boolean) | null>(null);

  /** `line` is what stands before the caret in its line; null: there is no caret. */
  const look = useCallback((line: string | null): void => {
    const found = line === null ? null : slashQuery(line);
    // Closed by Escape it stays closed until the slash itself goes.
    if (found === null) isClosed.current = false;
    setQuery(isClosed.current ? null : found);
  }, []);
  const close = useCallback((): void => {
    isClosed.current = true;
    setQuery(null);
  }, []);
  const done = useCallback((): void => {
    isClosed.current = false;
    setQuery(null);
  }, []);
  return { query, optionId, keys, look, close, done, setOptionId };
}

export type Slash = ReturnType<typeof useSlash>;
