import { Button, Icon, IconButton, TextField } from "@parley/ui";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./Forms.module.css";

interface SecretProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  isStored: boolean;
  onChange: (value: string) => void;
  "data-testid"?: string;
}

/** Goes to the server and never comes back: a stored one can only be replaced. */
export function SecretField({ label, hint, error, value, isStored, onChange, ...rest }: SecretProps) {
  const { t } = useTranslation();
  const id = useId();
  const [isReplacing, setIsReplacing] = useState(false);
  const [isShown, setIsShown] = useState(false);
  if (isStored && !isReplacing && !value) {
    return (
      <fieldset className={css.stored} aria-labelledby={id}>
        <span className={css.label} id={id}>
          {label}
        </span>
        <span className={css.storedRow}>
          <Icon name="lock" size="sm" />
          {t("mailbox.secret_saved")}
          <Button size="sm" onClick={() => setIsReplacing(true)} {...rest}>
            {t("mailbox.secret_replace")}
          </Button>
        </span>
      </fieldset>
    );
  }
  return (
    <TextField
      {...rest}
      label={label}
      hint={isReplacing ? t("mailbox.secret_keep") : hint}
      error={error}
      type={isShown ? "text" : "password"}
      // The field takes the place of the button that was pressed.
      autoFocus={isReplacing}
      autoComplete="new-password"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onBlur={() => setIsReplacing(value !== "" && isReplacing)}
      tail={
        <IconButton
          icon="eye"
          size="sm"
          aria-pressed={isShown}
          label={t(isShown ? "mailbox.secret_hide" : "mailbox.secret_show")}
          onClick={() => setIsShown(!isShown)}
        />
      }
    />
  );
}
