import type { Attachment, EmailBody, MessageEmail } from "@parley/protocol";
import { cx, Icon } from "@parley/ui";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { MailFrame } from "../../mail/MailFrame";
import { QuoteToggle } from "../../mail/QuoteToggle";
import { Attachments } from "../Attachments";
import { MessageText } from "../MessageText";
import css from "./Mail.module.css";
import { useIsNear, useMailBody } from "./useMailBody";
import { useSteady } from "./useSteady";

interface MailBodyProps {
  messageId: number | null;
  email: MessageEmail | null;
  text: string;
  attachments: readonly Attachment[];
  language: string | undefined;
  isPlain: boolean;
}

/** Text at once; the formatted mail in its place when it comes near and is there; what is hidden behind "…". */
export function MailBody({ messageId, email, text, attachments, language, isPlain }: MailBodyProps) {
  const { t } = useTranslation();
  const part = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const isNear = useIsNear(part);
  const isFormatted = !!email?.has_html && !isPlain;
  const body = useMailBody(messageId, email, (isFormatted && isNear) || isOpen);
  // What came of the mail is the better witness, once it is there.
  const hasHidden = !!email?.has_hidden && (!body || body.quoted_html !== "" || body.quoted_text !== "");
  const asked = useSteady(part);
  // Pictures that stand in the text need no place below it.
  const loose =
    body && isFormatted ? attachments.filter((item) => !email.inline_attachment_ids.includes(item.id)) : attachments;
  const handleDots = (): void => {
    asked();
    setIsOpen(!isOpen);
  };
  return (
    <div ref={part} className={css.parts}>
      <div className={css.body} lang={language}>
        {isFormatted && body?.html ? (
          <Formatted body={body} text={text} remoteCount={email.remote_images} />
        ) : text ? (
          <MessageText text={text} />
        ) : (
          !isFormatted && <p className={css.muted}>{t("email.no_text")}</p>
        )}
      </div>
      {hasHidden && (
        <>
          <QuoteToggle isOpen={isOpen} onToggle={handleDots} testId="mail-quoted-toggle" />
          {isOpen && body && <Quoted body={body} isPlain={!isFormatted} />}
        </>
      )}
      <Attachments items={loose} />
    </div>
  );
}

function Formatted({ body, text, remoteCount }: { body: EmailBody; text: string; remoteCount: number }) {
  const { t } = useTranslation();
  const [isReady, setIsReady] = useState(false);
  const [hasRemote, setHasRemote] = useState(false);
  // A frame that never says it is loaded must not hide the text for good.
  useEffect(() => {
    const timer = setTimeout(() => setIsReady(true), 4000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      {remoteCount > 0 && !hasRemote && (
        <p className={css.pictures}>
          <Icon name="lock" size="sm" />
          <span>{t("email.pictures_blocked", { count: remoteCount })}</span>
          <button type="button" onClick={() => setHasRemote(true)} data-testid="mail-show-pictures">
            {t("email.show_pictures")}
          </button>
        </p>
      )}
      {!isReady && text && <MessageText text={text} />}
      <div className={cx(css.formatted, !isReady && css.waiting)}>
        <MailFrame
          html={body.html}
          title={t("email.body")}
          isPaper={body.sets_colors}
          hasRemote={hasRemote}
          onReady={() => setIsReady(true)}
        />
      </div>
    </>
  );
}

function Quoted({ body, isPlain }: { body: EmailBody; isPlain: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={css.quoted} data-testid="mail-quoted">
      {body.quoted_html && !isPlain ? (
        <MailFrame html={body.quoted_html} title={t("email.quoted")} isPaper={body.sets_colors} />
      ) : (
        <MessageText text={body.quoted_text} />
      )}
    </div>
  );
}
