import type { ListSpec } from "@parley/client";
import type { IconName } from "@parley/ui";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useFormat } from "../../lib/format";
import { useCan } from "../../lib/hooks";
import { customerName } from "../../lib/people";
import { useViewEntries } from "../../lib/views";
import { useActions } from "./useActions";

export interface PaletteItem {
  id: string;
  group: "do" | "go" | "tickets" | "customers";
  icon: IconName;
  label: string;
  detail?: string;
  hotkey?: string;
  run: () => void;
}

function useDelayed(value: string): string {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), 200);
    return () => clearTimeout(timer);
  }, [value]);
  return late;
}

function useFound(q: string): PaletteItem[] {
  const navigate = useNavigate();
  const canSeeCustomers = useCan("customer.read");
  const text = useDelayed(q.trim());
  const spec: ListSpec = { view: "all", teamId: null, q: text, sort: "updated" };
  const isAsking = text.length > 1;
  const tickets = useQuery({
    queryKey: ["palette-tickets", text],
    enabled: isAsking,
    queryFn: () => desk.api.tickets(spec, null, 6),
  });
  const customers = useQuery({
    queryKey: ["palette-customers", text],
    enabled: isAsking && canSeeCustomers,
    queryFn: () => desk.api.customers(text, null),
  });
  if (!isAsking) return [];
  return [
    ...(tickets.data?.items ?? []).slice(0, 6).map((ticket) => ({
      id: `t${ticket.id}`,
      group: "tickets" as const,
      icon: "inbox" as const,
      label: `#${ticket.number} ${ticket.subject || ticket.last_message?.text || ""}`,
      detail: customerName(ticket.requester),
      run: () => void navigate({ to: "/inbox/$view/$ticketId", params: { view: "all", ticketId: String(ticket.id) } }),
    })),
    ...(customers.data?.items ?? []).slice(0, 5).map((customer) => ({
      id: `c${customer.id}`,
      group: "customers" as const,
      icon: "user" as const,
      label: customerName(customer),
      detail: customer.identities.find((identity) => identity.kind === "email")?.value ?? "",
      run: () => void navigate({ to: "/customers/$customerId", params: { customerId: String(customer.id) } }),
    })),
  ];
}

export function usePaletteItems(q: string): PaletteItem[] {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { ticketId } = useParams({ strict: false });
  const actions = useActions(ticketId === undefined ? null : Number(ticketId));
  const canSeeCustomers = useCan("customer.read");
  const found = useFound(q);
  const views = useViewEntries().map((entry) => ({
    id: `v${entry.view}`,
    group: "go" as const,
    icon: entry.isTeam ? ("users" as const) : ("inbox" as const),
    label: entry.label,
    detail: entry.count === null ? "" : format.count(entry.count),
    run: () => void navigate({ to: "/inbox/$view", params: { view: entry.view } }),
  }));
  const places: PaletteItem[] = [
    ...views,
    ...(canSeeCustomers
      ? [
          {
            id: "customers",
            group: "go" as const,
            icon: "users" as const,
            label: t("nav.customers"),
            hotkey: "G C",
            run: () => void navigate({ to: "/customers" }),
          },
        ]
      : []),
    {
      id: "settings",
      group: "go" as const,
      icon: "gear" as const,
      label: t("nav.settings"),
      hotkey: "G S",
      run: () => void navigate({ to: "/settings" }),
    },
  ];
  const needle = q.trim().toLowerCase();
  const isHit = (item: PaletteItem) => item.label.toLowerCase().includes(needle);
  return [...actions.filter(isHit), ...places.filter(isHit), ...found];
}
