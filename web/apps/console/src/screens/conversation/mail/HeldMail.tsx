import type { OutboxEntry } from "@parley/client";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import messageCss from "../Message.module.css";
import { editEntry } from "./mail-actions";

/** Under an e-mail that the reply guard holds: back into the composer, or away with it. */
export function HeldMail({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  return (
    <p className={messageCss.heldLine}>
      <span>{t("delivery.held")}</span>
      <button type="button" onClick={() => editEntry(entry)} data-testid="held-edit">
        {t("common.edit")}
      </button>
      <button type="button" onClick={() => desk.outbox?.discard(entry.clientId)} data-testid="held-discard">
        {t("common.discard")}
      </button>
    </p>
  );
}
