import { ApiError, isTransient } from "@parley/client";
import { useEffect, useRef, useState } from "react";
import { mailAdmin } from "../api";
import type { Grant } from "./log-in";
import { SignInFlow, type SignInPorts, type SignInState, type SignInWindow } from "./sign-in";

const LOOK = "popup,width=560,height=720";

function openWindow(): SignInWindow | null {
  const opened = window.open("", "_blank", LOOK);
  if (!opened) return null;
  // The provider's page has no business with ours.
  opened.opener = null;
  return {
    get isClosed() {
      return opened.closed;
    },
    show: (url) => {
      opened.location.href = url;
    },
    close: () => opened.close(),
  };
}

const PORTS: SignInPorts = {
  request: mailAdmin.requestGrant,
  state: mailAdmin.grantState,
  openWindow,
  isPassing: isTransient,
  isGone: (error) => error instanceof ApiError && error.status === 404,
};

/** A sign-in and what it has come to. `grant` lives in the form, so that one may look at another part of it meanwhile. */
export function useSignIn(grant: Grant | null, onGrant: (grant: Grant | null) => void) {
  const [state, setState] = useState<SignInState>({ phase: "idle" });
  const latest = useRef(onGrant);
  latest.current = onGrant;
  const [flow] = useState(
    () =>
      new SignInFlow(PORTS, (next) => {
        setState(next);
        if (next.phase === "waiting" || next.phase === "granted") latest.current(next.grant);
        else if (next.phase !== "starting") latest.current(null);
      }),
  );
  const begun = useRef(grant);
  useEffect(() => {
    const { current } = begun;
    if (current && !current.is_granted && Date.now() < current.expires_at) flow.resume(current);
    return () => flow.stop();
  }, [flow]);
  return { state, flow };
}

/** Draws once more when the time is over, so that what is shown is true. */
export function useNowAt(until: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (until === null || until <= Date.now()) return;
    const timer = setTimeout(() => setNow(Date.now()), until - Date.now());
    return () => clearTimeout(timer);
  }, [until]);
  return now;
}
