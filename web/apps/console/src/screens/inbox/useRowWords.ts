import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { type Format, useFormat } from "../../lib/format";
import { useDerived, useMe } from "../../lib/hooks";

/** Everything a row needs in words, made once for all rows: rows themselves subscribe to nothing that translates. */
export interface RowWords {
  format: Format;
  meId: number;
  agentName: (id: number) => string;
  typing: (name: string) => string;
  unnamed: (id: number) => string;
  waiting: (duration: string) => string;
  unread: (count: number) => string;
  priority: Record<"low" | "normal" | "high" | "urgent", string>;
  attachment: string;
  viewing: string;
  region: string;
  moved: (count: number) => string;
}

/** An agent who comes, goes or changes his presence keeps his name. */
function sameNames(a: ReadonlyMap<number, string>, b: ReadonlyMap<number, string>): boolean {
  return a.size === b.size && [...a].every(([id, name]) => b.get(id) === name);
}

function agentNames(): ReadonlyMap<number, string> {
  return new Map([...desk.store.state.agents.values()].map((agent) => [agent.id, agent.name]));
}

/** Finding a word and filling it in costs as much as drawing the rest of a row; so each is made once. */
function once<K>(make: (key: K) => string): (key: K) => string {
  const made = new Map<K, string>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const text = make(key);
    made.set(key, text);
    return text;
  };
}

export function useRowWords(): RowWords {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useDerived("agents", agentNames, sameNames);
  const meId = useMe()?.agent.id ?? 0;
  return useMemo(
    () => ({
      format,
      meId,
      agentName: (id) => names.get(id) ?? "",
      typing: (name) => t("typing.customer", { name }),
      unnamed: once((id: number) => t("customer.unnamed", { id })),
      waiting: once((duration: string) => t("list.waiting", { duration })),
      unread: once((count: number) => t("list.unread", { count })),
      priority: {
        low: t("priority.low"),
        normal: t("priority.normal"),
        high: t("priority.high"),
        urgent: t("priority.urgent"),
      },
      attachment: t("message.attachment"),
      viewing: t("list.viewing"),
      region: t("list.region"),
      moved: (count) => t("list.moved", { count }),
    }),
    [t, format, names, meId],
  );
}
