import { cx, Icon, type IconName } from "@parley/ui";
import type { ReactNode } from "react";
import { useCan } from "../../../lib/hooks";
import css from "./Mail.module.css";

/** Something that can be done about a mail. */
export interface Act {
  label: string;
  hint?: string;
  run: () => void;
  testId: string;
}

interface LineProps {
  sign: IconName | ReactNode;
  tone?: "warn" | "bad";
  /** What a server said, for whoever mends it. */
  detail?: string;
  acts?: readonly Act[];
  isAlert?: boolean;
  children: ReactNode;
}

/** A line under an outgoing mail: a sign, words, and for those who may answer what can be done. */
export function DeliveryLine({ sign, tone, detail, acts = [], isAlert = false, children }: LineProps) {
  const canReply = useCan("ticket.reply");
  return (
    <p className={cx(css.delivery, tone && css[tone])} role={isAlert ? "alert" : undefined} data-testid="mail-delivery">
      {isIcon(sign) ? <Icon name={sign} size="sm" /> : sign}
      <span title={detail || undefined}>{children}</span>
      {canReply &&
        acts.map(({ label, hint, run, testId }) => (
          <button key={testId} type="button" title={hint} onClick={run} data-testid={testId}>
            {label}
          </button>
        ))}
    </p>
  );
}

function isIcon(sign: IconName | ReactNode): sign is IconName {
  return typeof sign === "string";
}
