import { SelectField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useInboxes } from "../../../lib/hooks";
import { Card } from "../parts";

interface EmailAnswersProps {
  value: number | null;
  onInbox: (id: number | null) => void;
}

/** From where a chat is answered by e-mail when its visitor has gone. */
export function EmailAnswersCard({ value, onInbox }: EmailAnswersProps) {
  const { t } = useTranslation();
  const inboxes = useInboxes().filter((inbox) => inbox.channel === "email");
  return (
    <Card title={t("inboxes.answers")}>
      <SelectField
        label={t("inboxes.answers_from")}
        hint={t("inboxes.answers_hint")}
        value={String(value ?? "")}
        options={[
          { value: "", label: t("inboxes.answers_none") },
          ...inboxes.map((inbox) => ({ value: String(inbox.id), label: inbox.name })),
        ]}
        onValue={(chosen) => onInbox(chosen ? Number(chosen) : null)}
        data-testid="inbox-email-inbox"
      />
    </Card>
  );
}
