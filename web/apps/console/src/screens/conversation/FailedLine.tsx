import type { OutboxEntry } from "@parley/client";
import { Icon } from "@parley/ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { codeText } from "../../lib/errors";
import { useFormat } from "../../lib/format";
import css from "./Message.module.css";

interface FailedProps {
  entry: OutboxEntry;
  /** What can be done besides trying again and giving up. */
  children?: ReactNode;
}

/** Not stored: why, and what can be done. */
export function FailedLine({ entry, children }: FailedProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className={css.failedLine} role="alert">
      <Icon name="alert" size="sm" />
      <span>{format.sentences(t("delivery.failed"), codeText(entry.errorCode))}</span>
      {children}
      <button type="button" onClick={() => desk.outbox?.retry(entry.clientId)} data-testid="message-retry">
        {t("common.try_again")}
      </button>
      <button type="button" onClick={() => desk.outbox?.discard(entry.clientId)} data-testid="message-discard">
        {t("common.discard")}
      </button>
    </p>
  );
}
