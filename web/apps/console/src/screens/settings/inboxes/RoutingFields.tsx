import type { AssignmentMode } from "@parley/protocol";
import { SelectField, TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { TeamField } from "../fields";
import { Card } from "../parts";
import css from "../Settings.module.css";
import type { InboxDraft } from "./InboxForm";

const MODES: readonly AssignmentMode[] = ["offer", "assign", "manual"];

export type Routing = Pick<InboxDraft, "assignment" | "team_id" | "offer_timeout_s">;

interface RoutingProps {
  draft: Routing;
  onChange: (patch: Partial<Routing>) => void;
}

/** Who gets what comes in, whatever the channel. */
export function RoutingFields({ draft, onChange }: RoutingProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("inboxes.routing")}>
      <div className={css.form}>
        <SelectField
          label={t("inboxes.assignment")}
          hint={t(`assignment.${draft.assignment}_hint`)}
          value={draft.assignment}
          options={MODES.map((value) => ({ value, label: t(`assignment.${value}`) }))}
          onValue={(value) => onChange({ assignment: MODES.find((mode) => mode === value) ?? "offer" })}
        />
        <TeamField value={draft.team_id} onTeam={(team_id) => onChange({ team_id })} />
        {draft.assignment === "offer" && (
          <TextField
            label={t("inboxes.timeout")}
            hint={t("inboxes.timeout_hint")}
            type="number"
            min={5}
            max={600}
            value={String(draft.offer_timeout_s)}
            onChange={(event) => onChange({ offer_timeout_s: Number(event.target.value) || 0 })}
          />
        )}
      </div>
    </Card>
  );
}
