import { Button, CheckField, Dialog, DialogFoot, TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./MailComposer.module.css";
import type { Schedule } from "./outgoing";
import { chosenTime, localTime, tomorrowMorning } from "./schedule";

interface ScheduleDialogProps {
  /** Somebody may write before the mail goes. */
  hasCustomer: boolean;
  onChoose: (schedule: Schedule) => void;
  onClose: () => void;
}

export default function ScheduleDialog({ hasCustomer, onChoose, onClose }: ScheduleDialogProps) {
  const { t } = useTranslation();
  const [field, setField] = useState(() => localTime(tomorrowMorning(Date.now())));
  const [stopsOnReply, setStopsOnReply] = useState(hasCustomer);
  const at = chosenTime(field, Date.now());
  return (
    <Dialog title={t("email.schedule")} closeLabel={t("common.close")} onClose={onClose}>
      <form
        className={css.schedule}
        onSubmit={(event) => {
          event.preventDefault();
          if (at !== null) onChoose({ at, stopsOnReply });
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
        {hasCustomer && (
          <CheckField
            label={t("email.stops_on_reply")}
            isOn={stopsOnReply}
            onToggle={setStopsOnReply}
            data-testid="schedule-stops"
          />
        )}
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
