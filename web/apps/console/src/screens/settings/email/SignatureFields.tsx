import { Segmented, SwitchField, TextAreaField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../../lib/hooks";
import settings from "../Settings.module.css";
import type { MailDraft } from "./draft";
import css from "./Forms.module.css";
import { HtmlPreview } from "./HtmlPreview";
import { htmlOfPlain, plainOfHtml } from "./signature";
import { useSample } from "./useSample";
import { useInsert, VariableButtons } from "./VariableButtons";
import { fill, SIGNATURE_VARIABLES, unknownMarks } from "./variables";

type Mode = "plain" | "html";

interface SignatureProps {
  draft: MailDraft;
  inboxName: string;
  onChange: (patch: Partial<MailDraft>) => void;
}

/** What stands below every reply. Plain lines are enough for most; HTML is there for the rest. */
export function SignatureFields({ draft, inboxName, onChange }: SignatureProps) {
  const { t } = useTranslation();
  const sample = useSample(inboxName);
  const workspace = useMe()?.workspace.name ?? "";
  const initialPlain = plainOfHtml(draft.signature_html);
  const [mode, setMode] = useState<Mode>(initialPlain === null ? "html" : "plain");
  const plain = plainOfHtml(draft.signature_html);
  const text = mode === "plain" ? (plain ?? "") : draft.signature_html;
  const set = (value: string): void => onChange({ signature_html: mode === "plain" ? htmlOfPlain(value) : value });
  const unknown = unknownMarks(draft.signature_html, SIGNATURE_VARIABLES);
  const [lines, setLines] = useState(text);
  // Trailing blank lines are no part of a signature, but they are part of writing one.
  const shown = mode === "plain" && htmlOfPlain(lines) === draft.signature_html ? lines : text;
  const handleText = (value: string): void => {
    setLines(value);
    set(value);
  };
  const insert = useInsert(shown, handleText);
  return (
    <div className={settings.stack}>
      <div className={settings.row}>
        <Segmented<Mode>
          label={t("signature.mode")}
          value={mode}
          options={[
            { value: "plain", label: t("signature.plain") },
            { value: "html", label: "HTML" },
          ]}
          onChange={(next) => {
            if (next === "html" || plain !== null) setMode(next);
          }}
        />
        {mode === "html" && plain === null && <span className={settings.muted}>{t("signature.only_html")}</span>}
      </div>
      <div className={css.sideBySide}>
        <div className={settings.stack}>
          <div ref={insert.ref}>
            <TextAreaField
              label={t("signature.text")}
              rows={7}
              spellCheck={mode === "plain"}
              error={unknown.length > 0 ? t("template.unknown", { names: unknown.join(", ") }) : undefined}
              value={shown}
              onChange={(event) => handleText(event.target.value)}
              data-testid="signature"
            />
          </div>
          <VariableButtons names={SIGNATURE_VARIABLES} onInsert={insert.run} />
        </div>
        <figure className={css.preview}>
          <figcaption>{t("template.preview")}</figcaption>
          <HtmlPreview
            title={t("template.preview")}
            html={fill(draft.signature_html, { ...sample, "workspace.name": workspace })}
          />
        </figure>
      </div>
      <SwitchField
        label={t("mailbox.quotes")}
        hint={t("mailbox.quotes_hint")}
        isOn={draft.quotes_history}
        onToggle={(quotes_history) => onChange({ quotes_history })}
      />
    </div>
  );
}
