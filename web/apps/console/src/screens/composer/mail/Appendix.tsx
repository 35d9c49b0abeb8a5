import type { ReplyOutline } from "@parley/protocol";
import { IconButton } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { MailFrame } from "../../mail/MailFrame";
import { QuoteToggle } from "../../mail/QuoteToggle";
import css from "./MailComposer.module.css";

interface AppendixProps {
  outline: ReplyOutline;
  hasSignature: boolean;
  quotesHistory: boolean;
  onChange: (change: { hasSignature?: boolean; quotesHistory?: boolean }) => void;
}

/** What the server puts below the text: signature and quoted history, to be seen and to be left out. */
export function Appendix({ outline, hasSignature, quotesHistory, onChange }: AppendixProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const { signature_html, quote_html } = outline;
  return (
    <div className={css.appendix}>
      {signature_html &&
        (hasSignature ? (
          <div className={css.signature} data-testid="mail-signature">
            <MailFrame html={signature_html} title={t("email.signature")} />
            <IconButton
              icon="x"
              size="sm"
              label={t("email.leave_out_signature")}
              onClick={() => onChange({ hasSignature: false })}
            />
          </div>
        ) : (
          <button
            type="button"
            className={css.restore}
            onClick={() => onChange({ hasSignature: true })}
            data-testid="mail-add-signature"
          >
            {t("email.add_signature")}
          </button>
        ))}
      {quote_html && (
        <div className={css.quoteRow}>
          {quotesHistory ? (
            <QuoteToggle isOpen={isOpen} onToggle={() => setIsOpen(!isOpen)} testId="mail-quote-toggle" />
          ) : (
            <button
              type="button"
              className={css.restore}
              onClick={() => onChange({ quotesHistory: true })}
              data-testid="mail-add-quote"
            >
              {t("email.add_quote")}
            </button>
          )}
          {quotesHistory && isOpen && (
            <button
              type="button"
              className={css.restore}
              onClick={() => onChange({ quotesHistory: false })}
              data-testid="mail-drop-quote"
            >
              {t("email.leave_out_quote")}
            </button>
          )}
        </div>
      )}
      {quote_html && quotesHistory && isOpen && <MailFrame html={quote_html} title={t("email.quoted")} />}
    </div>
  );
}
