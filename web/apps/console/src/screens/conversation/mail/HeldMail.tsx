import type { OutboxEntry } from "@parley/client";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { composerRequests, mailRequests } from "../../../lib/ui-state";
import { draftOfMail } from "../../composer/mail-draft";
import messageCss from "../Message.module.css";

/** Under an e-mail that the reply guard holds: back into the composer, or away with it. */
export function HeldMail({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const handleEdit = (): void => {
    if (!entry.mail) return;
    desk.outbox?.discard(entry.clientId);
    const draft = draftOfMail(entry.mail);
    mailRequests.emit({ ticketId: entry.ticketId, draft, attachments: entry.attachments });
    composerRequests.emit("reply");
  };
  return (
    <p className={messageCss.heldLine}>
      <span>{t("delivery.held")}</span>
      <button type="button" onClick={handleEdit} data-testid="held-edit">
        {t("common.edit")}
      </button>
      <button type="button" onClick={() => desk.outbox?.discard(entry.clientId)} data-testid="held-discard">
        {t("common.discard")}
      </button>
    </p>
  );
}
