import type { BusinessHours, Weekday } from "@parley/protocol";
import { Button, IconButton, SelectField, SwitchField, TextAreaField } from "@parley/ui";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../parts";
import css from "../Settings.module.css";

const DAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

interface HoursProps {
  hours: BusinessHours;
  onChange: (hours: BusinessHours) => void;
}

/** When somebody is there: a time zone, ranges for each day, days off. */
export function HoursCard({ hours, onChange }: HoursProps) {
  const { t } = useTranslation();
  const zones = useMemo(() => {
    const all = Intl.supportedValuesOf("timeZone");
    return all.includes(hours.time_zone) ? all : [hours.time_zone, ...all];
  }, [hours.time_zone]);
  const setDay = (day: Weekday, ranges: [string, string][]): void => {
    const days = { ...hours.days };
    if (ranges.length > 0) days[day] = ranges;
    else delete days[day];
    onChange({ ...hours, days });
  };
  return (
    <Card title={t("hours.title")}>
      <div className={css.stack}>
        <SwitchField
          label={t("hours.always")}
          isOn={hours.is_always_open}
          onToggle={(is_always_open) => onChange({ ...hours, is_always_open })}
        />
        {!hours.is_always_open && (
          <>
            <div className={css.form}>
              <SelectField
                label={t("hours.zone")}
                value={hours.time_zone}
                options={zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))}
                onValue={(time_zone) => onChange({ ...hours, time_zone })}
              />
            </div>
            <div className={css.hours}>
              {DAYS.map((day) => (
                <Day key={day} day={day} ranges={hours.days[day] ?? []} onChange={(ranges) => setDay(day, ranges)} />
              ))}
            </div>
            <div className={css.form}>
              <TextAreaField
                label={t("hours.holidays")}
                hint={t("hours.holidays_hint")}
                rows={2}
                placeholder="2026-12-25"
                value={hours.holidays.join("\n")}
                onChange={(event) =>
                  onChange({ ...hours, holidays: event.target.value.split(/[\s,，]+/).filter(Boolean) })
                }
              />
            </div>
          </>
        )}
      </div>
    </Card>
  );
}

interface DayProps {
  day: Weekday;
  ranges: readonly [string, string][];
  onChange: (ranges: [string, string][]) => void;
}

function Day({ day, ranges, onChange }: DayProps) {
  const { t } = useTranslation();
  const name = t(`day.${day}`);
  const set = (index: number, next: [string, string] | null): void =>
    onChange(ranges.flatMap((range, at) => (at === index ? (next ? [next] : []) : [range])));
  return (
    <div className={css.day}>
      <span>{name}</span>
      <div className={css.ranges}>
        {ranges.length === 0 && <span className={css.muted}>{t("hours.closed")}</span>}
        {ranges.map(([from, to], index) => (
          <span key={index} className={css.row}>
            <input
              type="time"
              value={from}
              aria-label={t("hours.from", { day: name })}
              onChange={(event) => set(index, [event.target.value, to])}
            />
            –
            <input
              type="time"
              value={to}
              aria-label={t("hours.to", { day: name })}
              onChange={(event) => set(index, [from, event.target.value])}
            />
            <IconButton icon="x" size="sm" label={t("hours.remove", { day: name })} onClick={() => set(index, null)} />
          </span>
        ))}
        <Button
          size="sm"
          tone="quiet"
          icon="plus"
          onClick={() => onChange([...ranges, ranges.length ? ["13:00", "18:00"] : ["09:00", "18:00"]])}
        >
          {t("common.add")}
        </Button>
      </div>
    </div>
  );
}
