import { DialogText } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { Confirm } from "../confirm/Confirm";

interface SendAgainProps {
  to: string;
  run: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before a mail goes out that may have arrived already. */
export default function SendAgainDialog({ to, run, onClose }: SendAgainProps) {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t("email.again_title")}
      text={t("email.again_text", { to })}
      verb={t("email.send_again")}
      run={run}
      onClose={onClose}
    >
      <DialogText>{t("email.again_advice")}</DialogText>
    </Confirm>
  );
}
