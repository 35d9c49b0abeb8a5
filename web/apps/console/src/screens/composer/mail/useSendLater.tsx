import { later, type MenuEntry } from "@parley/ui";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schedule } from "./outgoing";
import { mondayMorning, tomorrowMorning } from "./schedule";

const ScheduleDialog = later(() => import("./ScheduleDialog"));

interface SendLater {
  entries: readonly MenuEntry[];
  onChoose: (id: string) => void;
  dialog: ReactNode;
}

/** The ways to send a mail at another time. `hasCustomer`: somebody may write before, and then it should usually not go. */
export function useSendLater(send: (schedule: Schedule) => void, hasCustomer: boolean): SendLater {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const entries: MenuEntry[] = [
    { id: "tomorrow", label: t("email.send_tomorrow"), icon: "clock", testId: "composer-send-tomorrow" },
    { id: "monday", label: t("email.send_monday"), icon: "clock", testId: "composer-send-monday" },
    { id: "later", label: t("email.send_later"), icon: "clock", testId: "composer-send-later" },
  ];
  const onChoose = (id: string): void => {
    const now = Date.now();
    if (id === "tomorrow") send({ at: tomorrowMorning(now), stopsOnReply: hasCustomer });
    else if (id === "monday") send({ at: mondayMorning(now), stopsOnReply: hasCustomer });
    else if (id === "later") setIsAsking(true);
  };
  const dialog = isAsking && (
    <ScheduleDialog
      hasCustomer={hasCustomer}
      onClose={() => setIsAsking(false)}
      onChoose={(schedule) => {
        setIsAsking(false);
        send(schedule);
      }}
    />
  );
  return { entries, onChoose, dialog };
}
