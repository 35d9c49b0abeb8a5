import { later } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Bubble } from "../stream";
import { DeliveryLine } from "./DeliveryLine";
import { addressesOf, recipientsOf } from "./failures";
import { hasArrived, resend } from "./mail-actions";

const SendAgainDialog = later(() => import("../../mail/SendAgainDialog"));

/** A mail of which nobody knows whether it left: an agent may say that it did, or risk that it arrives twice. */
export function UncertainMail({ bubble, detail }: { bubble: Bubble; detail: string }) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const to = bubble.email ? addressesOf(recipientsOf(bubble.email), t("email.separator")) : "";
  return (
    <>
      <DeliveryLine
        sign="alert"
        tone="warn"
        isAlert
        detail={detail}
        acts={[
          { label: t("email.arrived"), run: () => hasArrived(bubble), testId: "mail-arrived" },
          { label: t("email.send_again"), run: () => setIsAsking(true), testId: "mail-again" },
        ]}
      >
        {t("email.uncertain")}
      </DeliveryLine>
      {isAsking && <SendAgainDialog to={to} run={() => resend(bubble)} onClose={() => setIsAsking(false)} />}
    </>
  );
}
