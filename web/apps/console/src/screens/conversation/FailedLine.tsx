import type { OutboxEntry } from "@parley/client";
import { Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { codeText } from "../../lib/errors";
import css from "./Message.module.css";

/** Not stored: why, and what can be done. */
export function FailedLine({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  return (
    <p className={css.failedLine} role="alert">
      <Icon name="alert" size="sm" />
      <span>
        {t("delivery.failed")} {codeText(entry.errorCode)}
      </span>
      <button type="button" onClick={() => desk.outbox?.retry(entry.clientId)} data-testid="message-retry">
        {t("common.try_again")}
      </button>
      <button type="button" onClick={() => desk.outbox?.discard(entry.clientId)} data-testid="message-discard">
        {t("common.discard")}
      </button>
    </p>
  );
}
