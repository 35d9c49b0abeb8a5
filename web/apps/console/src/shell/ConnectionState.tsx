import { cx } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useConnection, useLag, useWaitingCount } from "../lib/hooks";
import css from "./Rail.module.css";

export type ShownState = "live" | "connecting" | "reconnecting" | "offline";

export function useShownState(): ShownState {
  const state = useConnection();
  switch (state.name) {
    case "live":
      return "live";
    case "idle":
      return "connecting";
    case "connecting":
      return state.attempt === 0 ? "connecting" : "reconnecting";
    case "waiting":
      return "reconnecting";
    case "offline":
    case "closed":
      return "offline";
  }
}

/** "Live · 12 ms", "Reconnecting…", "Offline: 2 replies will be sent". */
export function ConnectionState({ className }: { className?: string }) {
  const { t } = useTranslation();
  const shown = useShownState();
  const lag = useLag();
  const waiting = useWaitingCount();
  const text = t(`connection.${shown}`);
  const tail =
    shown === "live"
      ? lag === null
        ? ""
        : ` · ${lag} ms`
      : waiting > 0
        ? t("connection.waiting", { count: waiting })
        : "";
  return (
    <p className={cx(css.connection, className)} data-testid="connection-state" data-state={shown} title={text + tail}>
      <i aria-hidden="true" />
      <span>
        <span role="status">{text}</span>
        {tail}
      </span>
    </p>
  );
}
