import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { useFormat } from "../../../lib/format";
import { MailEditor } from "../../composer/mail/MailEditor";
import type { Editor } from "../../composer/mail/useEditor";
import forms from "../email/Forms.module.css";
import { HtmlPreview } from "../email/HtmlPreview";
import { useSample } from "../email/useSample";
import { VariableButtons } from "../email/VariableButtons";
import { fill, markOf, SIGNATURE_VARIABLES, unknownMarks } from "../email/variables";
import { Card, FormError } from "../parts";
import { SaveBar } from "../SaveBar";
import settings from "../Settings.module.css";
import { useSave } from "../useSave";
import { SIGNATURE } from "./key";
import css from "./Signature.module.css";
import { unsavedSignature } from "./unsaved";

const LONGEST = 10_000;

export function SignatureForm({ agentId, saved }: { agentId: number; saved: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const save = useSave();
  const sample = useSample(t("template.sample_inbox"));
  const handle = useRef<Editor | null>(null);
  const [html, setHtml] = useState(() => unsavedSignature.of(agentId) ?? saved);
  const unknown = unknownMarks(html, SIGNATURE_VARIABLES);
  const isTooLong = html.length > LONGEST;
  const isUnsaved = html !== saved;
  const handleHtml = (next: string): void => {
    setHtml(next);
    save.touch();
    if (next === saved) unsavedSignature.forget();
    else unsavedSignature.keep(agentId, next);
  };
  const handleSave = async (): Promise<void> => {
    if (!isUnsaved || isTooLong || save.isBusy) return;
    await save.run(async () => {
      const answer = await desk.api.saveSignature({ signature_html: html });
      unsavedSignature.forget();
      client.setQueryData(SIGNATURE, answer);
      setHtml(answer.signature_html);
      // Replies that are being written show it below their text.
      await client.invalidateQueries({ queryKey: ["mail-outline"] });
    });
  };
  return (
    <Card>
      <form
        className={settings.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void handleSave();
        }}
      >
        <div className={forms.sideBySide}>
          <div className={settings.stack}>
            <div className={css.frame}>
              <MailEditor
                html={html}
                onHtml={handleHtml}
                label={t("settings.signature")}
                hint={t("signature.own_write_hint")}
                handle={handle}
                onSend={() => void handleSave()}
                testId="own-signature"
              />
            </div>
            <VariableButtons
              names={SIGNATURE_VARIABLES}
              onInsert={(name) => handle.current?.insertHtml(markOf(name))}
            />
          </div>
          <figure className={forms.preview}>
            <figcaption>{t("template.preview")}</figcaption>
            <HtmlPreview title={t("template.preview")} html={fill(html, sample)} />
          </figure>
        </div>
        {unknown.length > 0 && <FormError text={t("template.unknown", { names: unknown.join(", ") })} />}
        {isTooLong && (
          <FormError
            text={t("signature.own_too_long", { used: format.count(html.length), max: format.count(LONGEST) })}
          />
        )}
        <SaveBar
          save={save}
          isDisabled={!isUnsaved || isTooLong}
          note={isUnsaved ? t("signature.own_unsaved") : undefined}
          testId="own-signature-save"
        />
      </form>
    </Card>
  );
}
