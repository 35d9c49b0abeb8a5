import { cx, Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import css from "./Forms.module.css";

const TITLES = ["basics", "incoming", "outgoing", "test", "done"] as const;

/** Where in the row of questions one is; on a phone only the present one is written out. */
export function Steps({ current }: { current: number }) {
  const { t } = useTranslation();
  const title = TITLES[current] ?? "done";
  return (
    <div className={css.wizardHead}>
      <ol className={css.stepper} aria-label={t("mailsetup.steps")}>
        {TITLES.map((name, index) => (
          <li
            key={name}
            aria-current={index === current ? "step" : undefined}
            className={cx(index < current && css.isDone)}
          >
            <i aria-hidden="true">{index < current ? <Icon name="check" size="sm" /> : index + 1}</i>
            <span>{t(`mailsetup.step_${name}`)}</span>
          </li>
        ))}
      </ol>
      <h2 tabIndex={-1} data-step-title>
        {t(`mailsetup.title_${title}`)}
      </h2>
      <p>{t(`mailsetup.text_${title}`)}</p>
    </div>
  );
}
