import type { OutboxEntry } from "@parley/client";
import { useTranslation } from "react-i18next";
import { FailedLine } from "../FailedLine";
import { editEntry } from "./mail-actions";

/** An e-mail that the server did not take: its words can also be mended. */
export function FailedMail({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  return (
    <FailedLine entry={entry}>
      <button type="button" onClick={() => editEntry(entry)} data-testid="message-edit">
        {t("common.edit")}
      </button>
    </FailedLine>
  );
}
