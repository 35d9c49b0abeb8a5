import { type ListSpec, listKey } from "@parley/client";
import { Blank, Button, Skeleton } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { useListStatus } from "../../lib/hooks";
import { ReadFailure } from "../../paging/ReadFailure";
import { NotFound } from "../../shell/NotFound";
import { ListHeader } from "./ListHeader";
import { Rows } from "./Rows";

interface TicketListProps {
  spec: ListSpec | null;
  view: string;
  openId: number | null;
}

export function TicketList({ spec, view, openId }: TicketListProps) {
  if (!spec) return <NotFound />;
  return (
    <>
      <ListHeader spec={spec} view={view} />
      <ListBody spec={spec} view={view} openId={openId} />
    </>
  );
}

function ListBody({ spec, view, openId }: { spec: ListSpec; view: string; openId: number | null }) {
  const { t } = useTranslation();
  const status = useListStatus(spec);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isCurrent = true;
    setError(null);
    // `attempt` only asks for another try.
    void attempt;
    desk.loadList(spec).catch((failure: unknown) => {
      if (isCurrent) setError(failure);
    });
    return () => {
      isCurrent = false;
    };
  }, [spec, attempt]);

  if (status === "unknown" && error) {
    return <ReadFailure error={error} onRetry={() => setAttempt(attempt + 1)} />;
  }
  if (status === "unknown") return <Skeleton rows={7} label={t("common.loading")} />;
  if (status === "empty") return <EmptyList spec={spec} view={view} />;
  return <Rows key={listKey(spec)} spec={spec} view={view} openId={openId} />;
}

function EmptyList({ spec, view }: { spec: ListSpec; view: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (spec.q) {
    return (
      <Blank icon="search" title={t("list.no_match", { q: spec.q })} text={t("list.no_match_text")}>
        <Button onClick={() => void navigate({ to: "/inbox/$view", params: { view } })}>{t("list.clear")}</Button>
      </Blank>
    );
  }
  return (
    <Blank icon="inbox" title={t("list.empty")} text={t("list.empty_text")}>
      {view === "mine" && (
        <Button onClick={() => void navigate({ to: "/inbox/$view", params: { view: "unassigned" } })}>
          {t("list.take")}
        </Button>
      )}
    </Blank>
  );
}
