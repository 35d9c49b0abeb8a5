import type { MailAdmin } from "@parley/protocol";
import { SwitchField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../lib/format";
import { Card, FormError } from "../parts";
import { useSave } from "../useSave";
import { mailAdmin, useKeepEmailInbox } from "./api";
import { draftOf, settingsOf } from "./draft";
import css from "./Email.module.css";
import form from "./Forms.module.css";
import { Tag, type Tone } from "./parts";

const TONES: Record<MailAdmin.Health["state"], Tone> = {
  ok: "success",
  failing: "danger",
  waiting: "neutral",
  off: "neutral",
};

/** How mail comes and goes at the moment, and the switch for both. */
export function HealthCard({ inbox }: { inbox: MailAdmin.EmailInbox }) {
  const { t } = useTranslation();
  const save = useSave();
  const keep = useKeepEmailInbox();
  const handleSwitch = (is_enabled: boolean): void => {
    // What is stored with the switch turned: edits that are not saved yet stay where they are.
    void save.run(async () => {
      keep(await mailAdmin.saveEmailInbox(inbox.inbox_id, settingsOf({ ...draftOf(inbox), is_enabled })));
    });
  };
  return (
    <Card>
      <SwitchField
        label={t("mailhealth.enabled")}
        hint={t("mailhealth.enabled_hint")}
        isOn={inbox.is_enabled}
        isDisabled={save.isBusy}
        onToggle={handleSwitch}
        data-testid="email-enabled"
      />
      <FormError text={save.error} />
      <div className={form.health} data-testid="email-health">
        <Way title={t("mailhealth.in")} health={inbox.health.in} />
        <Way title={t("mailhealth.out")} health={inbox.health.out} />
      </div>
    </Card>
  );
}

function Way({ title, health }: { title: string; health: MailAdmin.Health }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section aria-label={title} data-state={health.state}>
      <h3>
        {title}
        <Tag tone={TONES[health.state]}>{t(`mailhealth.${health.state}`)}</Tag>
      </h3>
      <p className={css.quiet}>
        {health.last_ok_at === null
          ? t("mailhealth.never")
          : t("mailhealth.last_ok", { when: format.full(health.last_ok_at) })}
        {health.count > 0 && ` · ${t("mailhealth.count", { count: health.count, shown: format.count(health.count) })}`}
      </p>
      {health.error && (
        <p className={health.state === "failing" ? form.lastError : form.oldError}>
          <span>
            {health.error_at === null
              ? t("mailhealth.error")
              : t("mailhealth.error_at", { when: format.full(health.error_at) })}
          </span>
          {health.error}
        </p>
      )}
    </section>
  );
}
