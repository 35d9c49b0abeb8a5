import { Icon, type MenuEntry } from "@parley/ui";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ShownTicket } from "../../../lib/hooks";
import { composerRequests } from "../../../lib/ui-state";
import { nameOf } from "../../mail/address";
import { ComposerFoot } from "../ComposerFoot";
import { escapeHtml, pictureHtml } from "../mail-draft";
import { useTemplateValues } from "../templates/useTemplateValues";
import { UploadList } from "../UploadList";
import type { ComposerModel } from "../useComposer";
import { Appendix } from "./Appendix";
import css from "./MailComposer.module.css";
import { MailEditor } from "./MailEditor";
import { Recipients } from "./Recipients";
import type { Editor } from "./useEditor";
import { useThreadAddresses } from "./useKnownAddresses";
import { useMailDraft } from "./useMailDraft";
import { useSendLater } from "./useSendLater";
import { useUnfolded } from "./useUnfolded";

interface MailComposerProps {
  ticket: ShownTicket;
  composer: ComposerModel;
  /** The agent asked for it with a key or a button, and waits to write. */
  hasFocus: boolean;
}

/** A reply by e-mail: recipients, subject, rich text, signature, quoted history. */
export default function MailComposer({ ticket, composer, hasFocus }: MailComposerProps) {
  const { t } = useTranslation();
  const handle = useRef<Editor | null>(null);
  const mail = useMailDraft(ticket, composer);
  const { draft, outline, envelope, change, changeEnvelope, isTooLong, mayWriteTo } = mail;
  const sendLater = useSendLater((schedule) => composer.send(null, false, schedule), true);
  const known = useThreadAddresses(ticket.id);
  const values = useTemplateValues(ticket);
  const part = useRef<HTMLDivElement>(null);
  const isAtWork = useUnfolded(part);
  const isFolded = !isAtWork && composer.text === "" && composer.files.uploads.length === 0;

  useEffect(() => {
    if (hasFocus) handle.current?.focus();
    return composerRequests.subscribe((wanted) => {
      if (wanted === "reply") requestAnimationFrame(() => handle.current?.focus());
    });
  }, [hasFocus]);

  const ways: MenuEntry[] = [
    { id: "on_hold", label: t("email.send_on_hold"), icon: "lock", testId: "composer-send-hold" },
    ...sendLater.entries,
  ];
  const handleWay = (id: string): void => {
    if (id === "on_hold") composer.send("on_hold");
    else sendLater.onChoose(id);
  };
  const addPictures = (files: File[]): void =>
    composer.files.add(files, (attachment) => handle.current?.insertHtml(pictureHtml(attachment)));
  return (
    <div ref={part}>
      {isFolded ? (
        <button type="button" className={css.folded} onClick={() => handle.current?.focus()} data-testid="mail-unfold">
          <span className={css.fieldLabel}>{t("email.to")}</span>
          <span className={css.foldedNames}>{[...envelope.to, ...envelope.cc].map(nameOf).join(", ")}</span>
        </button>
      ) : (
        <Recipients
          envelope={envelope}
          onChange={changeEnvelope}
          known={known}
          bounces={outline?.bounces ?? []}
          mayWriteTo={mayWriteTo}
        />
      )}
      <MailEditor
        html={draft.html}
        onHtml={(html) => change({ html })}
        label={t("composer.reply")}
        hint={t("email.write_hint")}
        handle={handle}
        templates={{ values, locale: ticket.requester.locale }}
        onSend={(isClosing) => composer.send(isClosing ? "solved" : null)}
        onPictures={addPictures}
        onFiles={(files) => composer.files.add(files)}
        onBlur={composer.stopTyping}
        testId="composer-input"
        isFolded={isFolded}
        below={
          outline &&
          !isFolded && (
            <Appendix
              outline={outline}
              hasSignature={draft.hasSignature ?? true}
              quotesHistory={draft.quotesHistory ?? outline.quotes_history}
              onChange={change}
            />
          )
        }
      />
      {isTooLong && (
        <p className={css.warning} role="alert">
          <Icon name="alert" size="sm" />
          <span>{t("email.too_long")}</span>
        </p>
      )}
      <UploadList files={composer.files} />
      <ComposerFoot
        composer={composer}
        onInsert={(piece) => handle.current?.insertHtml(escapeHtml(piece))}
        more={{ entries: ways, onChoose: handleWay }}
      />
      {sendLater.dialog}
    </div>
  );
}
