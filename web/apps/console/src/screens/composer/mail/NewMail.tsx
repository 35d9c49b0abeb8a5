import { ApiError, emailParts, isTransient, newKey } from "@parley/client";
import { Button, Dialog, DialogFoot, DialogText, Icon, IconButton, MenuButton } from "@parley/ui";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { errorText } from "../../../lib/errors";
import { useMailInboxes } from "../../../lib/hooks";
import { addressKey, nameOf } from "../../mail/address";
import { isBlankHtml } from "../../mail/html-text";
import composerCss from "../Composer.module.css";
import { NO_MAIL, pictureHtml } from "../mail-draft";
import { useTemplateValues } from "../templates/useTemplateValues";
import { UploadList } from "../UploadList";
import { useUploads } from "../useUploads";
import css from "./MailComposer.module.css";
import { MailEditor } from "./MailEditor";
import { forgetNewMail, keepNewMail, keptNewMail, writeNewMail } from "./new-mail-draft";
import { isComplete, outgoingMail, plainText, type Schedule, strangersIn } from "./outgoing";
import { Recipients } from "./Recipients";
import { refusedIn } from "./refused";
import type { Editor } from "./useEditor";
import { useSendLater } from "./useSendLater";

/** An e-mail that begins a conversation. Closing it loses nothing: the next time it is there again, with the files that had arrived. */
export default function NewMail({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const inboxes = useMailInboxes();
  const [kept] = useState(keptNewMail);
  const [chosenId, setChosenId] = useState(kept.inboxId);
  const inboxId = (inboxes.find(({ id }) => id === chosenId) ?? inboxes[0])?.id ?? 0;
  const [envelope, setEnvelope] = useState(kept.envelope);
  const [html, setHtml] = useState(kept.html);
  const [key, setKey] = useState(newKey);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const handle = useRef<Editor | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const files = useUploads(kept.attachments);
  const { ready } = files;
  /** Whom the server would not let the agent write to from this inbox. */
  const [refused, setRefused] = useState<readonly string[]>([]);
  const mayWriteTo = (address: string): boolean => !refused.includes(addressKey(address));
  const first = envelope.to[0];
  const values = useTemplateValues({
    inbox_id: inboxId,
    number: 0,
    subject: envelope.subject,
    requester: { name: first?.name ?? "" },
  });
  const hasContent = !isBlankHtml(html) || ready.length > 0;
  const isAddressed = inboxId > 0 && isComplete(envelope) && strangersIn(envelope, mayWriteTo).length === 0;
  const canSend = isAddressed && envelope.subject.trim() !== "" && hasContent && !files.isBusy && !isBusy;

  const text = writeNewMail({ inboxId: chosenId, envelope, html, attachments: ready });
  useEffect(() => keepNewMail(text), [text]);

  const handleSend = async (schedule: Schedule | null = null): Promise<void> => {
    if (!canSend || !first) return;
    setIsBusy(true);
    setError(null);
    const mail = outgoingMail({ ...NO_MAIL, html }, envelope, schedule);
    try {
      const { ticket } = await desk.api.createTicket({
        inbox_id: inboxId,
        requester: { name: first.name, email: first.address },
        subject: envelope.subject.trim(),
        text: plainText(html),
        attachment_ids: [...ready.map((file) => file.id), ...mail.inlineIds],
        client_id: key,
        ...emailParts(mail),
      });
      desk.store.dispatch({ type: "tickets", items: [ticket] });
      forgetNewMail();
      onClose();
      await navigate({ to: "/inbox/$view/$ticketId", params: { view: "mine", ticketId: String(ticket.id) } });
    } catch (failure) {
      const field = failure instanceof ApiError && failure.reason === "forbidden_recipient" ? failure.errors[0] : null;
      const strangers = field ? refusedIn(mail.fields, field.path) : [];
      // Said at the field, where that is known.
      if (strangers.length > 0) setRefused([...refused, ...strangers]);
      else setError(errorText(failure));
      // What was clearly refused is another mail when it goes again.
      if (!isTransient(failure)) setKey(newKey());
      setIsBusy(false);
    }
  };
  // Nobody has been written to in here yet who could write before it goes.
  const sendLater = useSendLater((schedule) => void handleSend(schedule), false);

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
                onChange={(event) => {
                  setChosenId(Number(event.target.value));
                  setRefused([]);
                  setError(null);
                }}
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
            mayWriteTo={mayWriteTo}
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
            <span className={composerCss.split}>
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
              <MenuButton
                label={t("composer.more_ways")}
                look={{ tone: "primary", isIconOnly: true }}
                placement="top end"
                entries={sendLater.entries}
                onChoose={sendLater.onChoose}
                isDisabled={!canSend}
                testId="new-mail-send-more"
              >
                <Icon name="down" />
              </MenuButton>
            </span>
          </DialogFoot>
          {sendLater.dialog}
        </div>
      )}
    </Dialog>
  );
}
