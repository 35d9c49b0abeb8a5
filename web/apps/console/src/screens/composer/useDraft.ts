import type { DraftKind } from "@parley/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { desk } from "../../app/desk";
import { useConnection, useDrafts } from "../../lib/hooks";

const SAVE_AFTER_MS = 1200;

export type DraftState = "idle" | "saving" | "saved" | "local";

function keyOf(ticketId: number, kind: DraftKind): string {
  return `parley.draft.${desk.me?.agent.id ?? 0}.${ticketId}.${kind}`;
}

function readLocal(ticketId: number, kind: DraftKind): string | null {
  try {
    return localStorage.getItem(keyOf(ticketId, kind));
  } catch {
    return null;
  }
}

function writeLocal(ticketId: number, kind: DraftKind, text: string | null): void {
  try {
    if (text) localStorage.setItem(keyOf(ticketId, kind), text);
    else localStorage.removeItem(keyOf(ticketId, kind));
  } catch {
    // Private mode: the server still gets it.
  }
}

/**
 * The text being written. A local copy exists exactly as long as the server does not have it; so after a crash the local
 * one wins, and on another device the server's.
 */
export function useDraft(ticketId: number, kind: DraftKind) {
  const drafts = useDrafts(ticketId);
  const isLive = useConnection().name === "live";
  const [text, setShown] = useState(() => readLocal(ticketId, kind) ?? "");
  const [state, setState] = useState<DraftState>("idle");
  const isDirty = useRef(text !== "");
  const latest = useRef(text);
  const timer = useRef(0);
  const ours = useRef(new Set<string>());
  const chain = useRef(Promise.resolve());

  const save = useCallback((): void => {
    window.clearTimeout(timer.current);
    timer.current = 0;
    chain.current = chain.current.then(async () => {
      const content = latest.current;
      ours.current.add(content);
      try {
        await desk.saveDraft(ticketId, kind, content);
        if (latest.current !== content) return;
        isDirty.current = false;
        writeLocal(ticketId, kind, null);
        setState(content ? "saved" : "idle");
      } catch {
        if (latest.current) setState("local");
      }
    });
  }, [ticketId, kind]);

  const setText = useCallback(
    (next: string): void => {
      latest.current = next;
      isDirty.current = true;
      setShown(next);
      setState("saving");
      writeLocal(ticketId, kind, next);
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(save, next ? SAVE_AFTER_MS : 0);
    },
    [ticketId, kind, save],
  );

  const serverText = drafts.find((draft) => draft.kind === kind)?.text ?? "";
  const isKnown = desk.store.state.drafts.has(ticketId);
  useEffect(() => {
    if (!isKnown || isDirty.current || ours.current.has(serverText)) return;
    latest.current = serverText;
    setShown(serverText);
    setState(serverText ? "saved" : "idle");
  }, [serverText, isKnown]);

  useEffect(() => {
    if (isLive && isDirty.current && timer.current === 0) save();
  }, [isLive, save]);

  useEffect(
    () => () => {
      if (timer.current !== 0) save();
    },
    [save],
  );

  return { text, setText, state };
}
