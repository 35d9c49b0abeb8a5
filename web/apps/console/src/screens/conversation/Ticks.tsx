import { cx, Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import type { Delivery } from "./delivery";
import css from "./Message.module.css";

/** Sending, sent ✓, delivered ✓✓, read ✓✓: a shape and a word, never colour alone. */
export function Ticks({ state }: { state: Delivery | undefined }) {
  const { t } = useTranslation();
  if (!state || state === "failed" || state === "held") return null;
  return (
    <span className={cx(css.ticks, state === "read" && css.isRead)}>
      {state === "sending" ? (
        <Icon name="clock" size="sm" />
      ) : (
        <Icon name={state === "sent" ? "check" : "check2"} size="sm" />
      )}
      {t(`delivery.${state}`)}
    </span>
  );
}
