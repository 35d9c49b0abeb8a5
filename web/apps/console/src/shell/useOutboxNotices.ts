import { useNavigate } from "@tanstack/react-router";
import i18next from "i18next";
import { useEffect, useRef } from "react";
import { desk } from "../app/desk";
import { reportError } from "../lib/errors";
import { showToast } from "../lib/toasts";

/** A reply that could not be stored while its conversation was not on the screen must not go unnoticed. */
export function useOutboxNotices(): void {
  const navigate = useNavigate();
  useEffect(() => desk.failed.subscribe(reportError), []);
  const told = useRef(new Set<string>());
  useEffect(
    () =>
      desk.outbox?.changed.subscribe((ticketId) => {
        const openId = /\/inbox\/[^/]+\/(\d+)$/.exec(location.pathname)?.[1];
        if (openId === String(ticketId)) return;
        for (const entry of desk.outbox?.entries(ticketId) ?? []) {
          const isStuck = entry.phase === "failed" || entry.phase === "guarded";
          if (!isStuck || told.current.has(entry.clientId)) continue;
          told.current.add(entry.clientId);
          const number = desk.store.state.tickets.get(ticketId)?.number ?? ticketId;
          showToast(i18next.t("outbox.stuck", { number }), {
            label: i18next.t("guard.show"),
            run: () =>
              void navigate({ to: "/inbox/$view/$ticketId", params: { view: "mine", ticketId: String(ticketId) } }),
          });
        }
      }),
    [navigate],
  );
}
