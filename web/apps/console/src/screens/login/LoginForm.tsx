import { ApiError, NetworkError } from "@parley/client";
import { Button, CheckField, Icon, IconButton, TextField } from "@parley/ui";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import css from "./Login.module.css";

/** The key of the sentence that says what happened. */
function errorKey(error: unknown, hasCode: boolean): string {
  if (error instanceof NetworkError) return "login.error_network";
  if (error instanceof ApiError) {
    if (error.code === "bad_credentials") return hasCode ? "login.error_code" : "login.error_credentials";
    if (error.code === "totp_required" || error.code === "bad_code") return "login.error_code";
    if (error.code === "rate_limited") return "login.error_rate";
  }
  return "login.error_server";
}

export function LoginForm() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const [isKept, setIsKept] = useState(true);
  const [isShown, setIsShown] = useState(false);
  const [hasCaps, setHasCaps] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const handleSubmit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      const withCode = needsCode ? { code: code.trim() } : {};
      await desk.login({ email: email.trim(), password, remember: isKept, ...withCode });
    } catch (failure) {
      setIsBusy(false);
      if (failure instanceof ApiError && failure.code === "totp_required" && !needsCode) setNeedsCode(true);
      else setError(errorKey(failure, needsCode));
    }
  };

  return (
    <form className={css.fields} onSubmit={(event) => void handleSubmit(event)}>
      {error && (
        <p className={css.error} role="alert" data-testid="login-error">
          <Icon name="alert" />
          <span>{t(error)}</span>
        </p>
      )}
      {needsCode ? (
        <TextField
          label={t("login.code")}
          hint={t("login.code_hint")}
          isBig
          autoFocus
          required
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          data-testid="login-code"
        />
      ) : (
        <>
          <TextField
            label={t("login.email")}
            type="email"
            isBig
            autoFocus
            required
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            data-testid="login-email"
          />
          <TextField
            label={t("login.password")}
            type={isShown ? "text" : "password"}
            hint={hasCaps ? t("login.caps") : undefined}
            isBig
            required
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            onKeyUp={(event) => setHasCaps(event.getModifierState("CapsLock"))}
            tail={
              <IconButton
                icon="eye"
                size="sm"
                label={t(isShown ? "login.hide_password" : "login.show_password")}
                aria-pressed={isShown}
                onClick={() => setIsShown(!isShown)}
              />
            }
            data-testid="login-password"
          />
          <CheckField label={t("login.remember")} isOn={isKept} onToggle={setIsKept} />
        </>
      )}
      <Button
        type="submit"
        tone="primary"
        size="lg"
        isBlock
        isBusy={isBusy}
        disabled={isBusy}
        data-testid="login-submit"
      >
        {t("login.submit")}
      </Button>
      {needsCode && (
        <Button tone="quiet" size="lg" isBlock onClick={() => setNeedsCode(false)}>
          {t("common.back")}
        </Button>
      )}
    </form>
  );
}
