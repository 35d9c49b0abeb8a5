import type { MailAdmin } from "@parley/protocol";
import { useTranslation } from "react-i18next";
import { Choices } from "./parts";

const WAYS: readonly MailAdmin.Recipients[] = ["anyone", "participants"];

interface RightsProps {
  value: MailAdmin.Recipients;
  onChange: (value: MailAdmin.Recipients) => void;
}

/** Whom agents may write to from this inbox. */
export function RightsField({ value, onChange }: RightsProps) {
  const { t } = useTranslation();
  return (
    <Choices
      label={t("mailbox.recipients")}
      name="recipients"
      options={WAYS.map((way) => ({ value: way, label: t(`recipients.${way}`), hint: t(`recipients.${way}_hint`) }))}
      value={value}
      onChange={onChange}
    />
  );
}
