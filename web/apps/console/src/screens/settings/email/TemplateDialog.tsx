import type { MailAdmin } from "@parley/protocol";
import { Button, Dialog, DialogFoot, SelectField, TextAreaField, TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormError } from "../parts";
import settings from "../Settings.module.css";
import { useSave } from "../useSave";
import { mailAdmin } from "./api";
import css from "./Forms.module.css";
import { useSample } from "./useSample";
import { useInsert, VariableButtons } from "./VariableButtons";
import { isShortcut } from "./validate";
import { fill, TEMPLATE_VARIABLES, unknownMarks } from "./variables";

const LOCALES = ["", "en", "zh-CN"] as const;
const LONGEST = 10_000;

interface DialogProps {
  template: MailAdmin.Template | null;
  others: readonly MailAdmin.Template[];
  onSaved: () => Promise<void>;
  onClose: () => void;
}

export function TemplateDialog({ template, others, onSaved, onClose }: DialogProps) {
  const { t } = useTranslation();
  const save = useSave();
  const sample = useSample(t("template.sample_inbox"));
  const [draft, setDraft] = useState<MailAdmin.TemplateFields>(() => ({
    name: template?.name ?? "",
    shortcut: template?.shortcut ?? "",
    locale: template?.locale ?? "",
    text: template?.text ?? "",
  }));
  const change = (part: Partial<MailAdmin.TemplateFields>): void => setDraft({ ...draft, ...part });
  const insert = useInsert(draft.text, (text) => change({ text }));
  const shortcut = draft.shortcut.trim().replace(/^\//, "");
  const isTaken =
    shortcut !== "" && others.some((other) => other.shortcut === shortcut && other.locale === draft.locale);
  const shortcutFault = isShortcut(shortcut) ? (isTaken ? "template.shortcut_taken" : null) : "template.shortcut_bad";
  const unknown = unknownMarks(draft.text, TEMPLATE_VARIABLES);
  const handleSave = async (): Promise<void> => {
    const fields = { ...draft, name: draft.name.trim(), shortcut };
    const isDone = await save.run(async () => {
      await (template ? mailAdmin.updateTemplate(template.id, fields) : mailAdmin.createTemplate(fields));
      await onSaved();
    });
    if (isDone) onClose();
  };
  return (
    <Dialog
      look="wide"
      title={template ? template.name : t("template.add")}
      closeLabel={t("common.close")}
      onClose={onClose}
    >
      <form
        className={settings.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void handleSave();
        }}
      >
        <div className={css.threeFields}>
          <TextField
            label={t("template.name")}
            required
            maxLength={100}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
            data-testid="template-name"
          />
          <TextField
            label={t("template.shortcut")}
            hint={t("template.shortcut_hint")}
            error={shortcutFault ? t(shortcutFault) : undefined}
            maxLength={41}
            spellCheck={false}
            value={draft.shortcut}
            onChange={(event) => change({ shortcut: event.target.value })}
          />
          <SelectField
            label={t("inboxes.locale")}
            value={draft.locale}
            options={LOCALES.map((value) => ({
              value,
              label: t(value === "" ? "locale.any" : value === "en" ? "locale.en" : "locale.zh"),
            }))}
            onValue={(value) => change({ locale: LOCALES.find((item) => item === value) ?? "" })}
          />
        </div>
        <div ref={insert.ref}>
          <TextAreaField
            label={t("template.text")}
            required
            rows={8}
            maxLength={LONGEST}
            error={unknown.length > 0 ? t("template.unknown", { names: unknown.join(", ") }) : undefined}
            value={draft.text}
            onChange={(event) => change({ text: event.target.value })}
            data-testid="template-text"
          />
        </div>
        <VariableButtons names={TEMPLATE_VARIABLES} onInsert={insert.run} />
        <figure className={css.preview}>
          <figcaption>{t("template.preview")}</figcaption>
          <p className={css.filled}>{fill(draft.text, sample) || t("template.nothing")}</p>
        </figure>
        <FormError text={save.error} />
        <DialogFoot>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            tone="primary"
            isBusy={save.isBusy}
            disabled={!draft.name.trim() || !draft.text.trim() || shortcutFault !== null}
            data-testid="template-save"
          >
            {t("common.save")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
