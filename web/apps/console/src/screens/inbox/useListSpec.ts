import type { ListSpec } from "@parley/client";
import { useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { parseView } from "../../lib/views";

/** The list that the address asks for. Null: the address names no view. */
export function useListSpec(): ListSpec | null {
  const { view = "mine" } = useParams({ strict: false });
  const { q = "", sort = "updated" } = useSearch({ strict: false });
  return useMemo(
    () => parseView(view, q, sort === "waiting" || sort === "created" ? sort : "updated"),
    [view, q, sort],
  );
}
