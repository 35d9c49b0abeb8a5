import { useTranslation } from "react-i18next";
import { useInboxes } from "../../../lib/hooks";
import { OneOrNoneField } from "../fields";
import { Card } from "../parts";

interface EmailAnswersProps {
  value: number | null;
  onInbox: (id: number | null) => void;
}

/** From where a chat is answered by e-mail when its visitor has gone. */
export function EmailAnswersCard({ value, onInbox }: EmailAnswersProps) {
  const { t } = useTranslation();
  return (
    <Card title={t("inboxes.answers")}>
      <OneOrNoneField
        label={t("inboxes.answers_from")}
        hint={t("inboxes.answers_hint")}
        none={t("inboxes.answers_none")}
        items={useInboxes().filter((inbox) => inbox.channel === "email")}
        value={value}
        onValue={onInbox}
        testId="inbox-email-inbox"
      />
    </Card>
  );
}
