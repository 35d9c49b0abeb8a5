import { emailParts, newKey } from "@parley/client";
import { Button, Dialog, DialogFoot, DialogText, IconButton } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { errorText } from "../../../lib/errors";
import { useInboxes } from "../../../lib/hooks";
import { nameOf } from "../../mail/address";
import { isBlankHtml } from "../../mail/html-text";
import { NO_MAIL, pictureHtml } from "../mail-draft";
import { useTemplateValues } from "../templates/useTemplateValues";
import { UploadList } from "../UploadList";
import { useUploads } from "../useUploads";
import css from "./MailComposer.module.css";
import { MailEditor } from "./MailEditor";
import { forgetNewMail, keepNewMail, keptNewMail } from "./new-mail-draft";
import { isComplete, outgoingMail, plainText } from "./outgoing";
import { Recipients } from "./Recipients";
import type { Editor } from "./useEditor";

/** An e-mail that begins a conversation. Closing it loses nothing: the next time it is there again. */
export default function NewMail({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const inboxes = useInboxes().filter((inbox) => inbox.channel === "email");
  const [inboxId, setInboxId] = useState(inboxes[0]?.id ?? 0);
  const [kept] = useState(keptNewMail);
  const [envelope, setEnvelope] = useState(kept.envelope);
  const [html, setHtml] = useState(kept.html);
  const [key] = useState(newKey);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const handle = useRef<Editor | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const files = useUploads();
  const first = envelope.to[0];
  const values = useTemplateValues({
    inbox_id: inboxId,
    number: 0,
    subject: envelope.subject,
    requester: { name: first?.name ?? "" },
  });
  const hasContent = !isBlankHtml(html) || files.ready.length > 0;
  const canSend =
    inboxId > 0 && isComplete(envelope) && envelope.subject.trim() !== "" && hasContent && !files.isBusy && !isBusy;

  useEffect(() => keepNewMail({ envelope, html }), [envelope, html]);

  const handleSend = async (): Promise<void> => {
    if (!canSend || !first) return;
    setIsBusy(true);
    setError(null);
    const mail = outgoingMail({ ...NO_MAIL, html }, envelope, null);
    try {
      const { ticket } = await desk.api.createTicket({
        inbox_id: inboxId,
        requester: { name: first.name, email: first.address },
        subject: envelope.subject.trim(),
        text: plainText(html),
        attachment_ids: [...files.ready.map((file) => file.id), ...mail.inlineIds],
        client_id: key,
        ...emailParts(mail),
      });
      desk.store.dispatch({ type: "tickets", items: [ticket] });
      forgetNewMail();
      onClose();
      await navigate({ to: "/inbox/$view/$ticketId", params: { view: "mine", ticketId: String(ticket.id) } });
    } catch (failure) {
      setError(errorText(failure));
      setIsBusy(false);
    }
  };

  return (
    <Dialog title={t("email.new")} closeLabel={t("common.close")} look="wide" onClose={onClose}>
      {inboxes.length === 0 ? (
        <DialogText>{t("email.no_inbox")}</DialogText>
      ) : (
        <div className={css.newMail}>
          {inboxes.length > 1 && (
            <label className={css.newInbox}>
              <span className={css.fieldLabel}>{t("email.from")}</span>
              <select
                value={inboxId}
                onChange={(event) => setInboxId(Number(event.target.value))}
                data-testid="new-mail-inbox"
              >
                {inboxes.map((inbox) => (
                  <option key={inbox.id} value={inbox.id}>
                    {inbox.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Recipients
            isNew
            envelope={envelope}
            onChange={(change) => setEnvelope({ ...envelope, ...change })}
            known={[]}
            bounces={[]}
          />
          <MailEditor
            html={html}
            onHtml={setHtml}
            label={t("email.body")}
            hint={t("email.write_hint")}
            handle={handle}
            templates={{ values, locale: "" }}
            onSend={() => void handleSend()}
            onPictures={(pictures) =>
              files.add(pictures, (attachment) => handle.current?.insertHtml(pictureHtml(attachment)))
            }
            onFiles={(others) => files.add(others)}
            testId="new-mail-text"
          />
          <UploadList files={files} />
          {error && (
            <p className={css.warning} role="alert">
              {error}
            </p>
          )}
          <DialogFoot>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              aria-label={t("composer.attach")}
              onChange={(event) => {
                files.add([...(event.target.files ?? [])]);
                event.target.value = "";
              }}
            />
            <IconButton icon="clip" label={t("composer.attach")} onClick={() => picker.current?.click()} />
            <span style={{ flex: 1 }} />
            <Button onClick={onClose}>{t("common.cancel")}</Button>
            <Button
              tone="primary"
              isBusy={isBusy}
              disabled={!canSend}
              title={first && t("email.to_single", { first: nameOf(first) })}
              onClick={() => void handleSend()}
              data-testid="new-mail-send"
            >
              {t("composer.send")}
            </Button>
          </DialogFoot>
        </div>
      )}
    </Dialog>
  );
}
