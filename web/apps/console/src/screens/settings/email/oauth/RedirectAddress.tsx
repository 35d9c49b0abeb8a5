import { Button } from "@parley/ui";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import settings from "../../Settings.module.css";
import forms from "../Forms.module.css";
import { redirectUrl } from "./log-in";
import css from "./OAuth.module.css";

/** The provider sends nobody to an address it was not told before. */
export function RedirectAddress() {
  const { t } = useTranslation();
  const id = useId();
  const [isCopied, setIsCopied] = useState(false);
  const url = redirectUrl();
  const handleCopy = async (): Promise<void> => {
    // Not there without https; the address selects itself at a click, too.
    await navigator.clipboard?.writeText(url);
    setIsCopied(navigator.clipboard !== undefined);
  };
  return (
    <fieldset className={forms.stored} aria-labelledby={id}>
      <span className={forms.label} id={id}>
        {t("oauth.redirect")}
      </span>
      <span className={css.redirect}>
        <code className={settings.code}>{url}</code>
        <Button aria-describedby={id} onClick={() => void handleCopy().catch(() => undefined)}>
          {t(isCopied ? "common.copied" : "common.copy")}
        </Button>
        <span role="status" className="sr-only">
          {isCopied && t("common.copied")}
        </span>
      </span>
      <span className={settings.muted}>{t("oauth.redirect_hint")}</span>
    </fieldset>
  );
}
