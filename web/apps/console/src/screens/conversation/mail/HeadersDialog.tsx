import type { MessageEmail } from "@parley/protocol";
import { Dialog, Skeleton } from "@parley/ui";
import { useTranslation } from "react-i18next";
import css from "./Mail.module.css";
import { useMailBody } from "./useMailBody";

interface HeadersProps {
  messageId: number;
  email: MessageEmail | null;
  onClose: () => void;
}

/** Every header of a mail, as it came. */
export default function HeadersDialog({ messageId, email, onClose }: HeadersProps) {
  const { t } = useTranslation();
  const body = useMailBody(messageId, email, true);
  return (
    <Dialog title={t("email.headers")} closeLabel={t("common.close")} look="wide" onClose={onClose}>
      {!body && <Skeleton rows={4} label={t("common.loading")} />}
      <dl className={css.headers}>
        {body?.headers.map(({ name, value }, index) => (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
