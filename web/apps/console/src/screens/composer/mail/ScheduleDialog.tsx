import { Button, Dialog, DialogFoot, TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { chosenTime, localTime, tomorrowMorning } from "./schedule";

interface ScheduleDialogProps {
  onChoose: (at: number) => void;
  onClose: () => void;
}

export default function ScheduleDialog({ onChoose, onClose }: ScheduleDialogProps) {
  const { t } = useTranslation();
  const [field, setField] = useState(() => localTime(tomorrowMorning(Date.now())));
  const at = chosenTime(field, Date.now());
  return (
    <Dialog title={t("email.schedule")} closeLabel={t("common.close")} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (at !== null) onChoose(at);
        }}
      >
        <TextField
          label={t("email.schedule_at")}
          type="datetime-local"
          required
          min={localTime(Date.now())}
          value={field}
          error={field !== "" && at === null ? t("email.schedule_past") : undefined}
          onChange={(event) => setField(event.target.value)}
          data-testid="schedule-at"
        />
        <DialogFoot>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" disabled={at === null} data-testid="schedule-send">
            {t("email.schedule")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
