import type { OutboxEntry } from "@parley/client";
import { Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { codeText } from "../../../lib/errors";
import { useFormat } from "../../../lib/format";
import messageCss from "../Message.module.css";
import { editEntry } from "./mail-actions";

/** An e-mail that the server did not take: why, and what can be done. */
export function FailedMail({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className={messageCss.failedLine} role="alert">
      <Icon name="alert" size="sm" />
      <span>{format.sentences(t("delivery.failed"), codeText(entry.errorCode))}</span>
      <button type="button" onClick={() => editEntry(entry)} data-testid="message-edit">
        {t("common.edit")}
      </button>
      <button type="button" onClick={() => desk.outbox?.retry(entry.clientId)} data-testid="message-retry">
        {t("common.try_again")}
      </button>
      <button type="button" onClick={() => desk.outbox?.discard(entry.clientId)} data-testid="message-discard">
        {t("common.discard")}
      </button>
    </p>
  );
}
