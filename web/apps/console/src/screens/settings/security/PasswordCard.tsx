import { ApiError } from "@parley/client";
import { Button, TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { errorText } from "../../../lib/errors";
import { PASSWORD_MIN } from "../../../lib/password";
import { Card, FormError } from "../parts";
import css from "../Settings.module.css";
import { useSave } from "../useSave";

export function PasswordCard() {
  const { t } = useTranslation();
  const save = useSave();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const isDifferent = again !== "" && again !== next;
  const explain = (error: unknown): string => {
    if (!(error instanceof ApiError)) return errorText(error);
    return error.code === "invalid_input" ? t("password.weak", { count: PASSWORD_MIN }) : errorText(error);
  };
  const handleSave = async (): Promise<void> => {
    const isDone = await save.run(
      () => desk.api.changePassword({ current_password: current, new_password: next }),
      explain,
    );
    if (!isDone) return;
    setCurrent("");
    setNext("");
    setAgain("");
  };
  return (
    <Card title={t("password.title")} hint={t("password.hint")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void handleSave();
        }}
      >
        <div className={css.form}>
          <TextField
            label={t("password.current")}
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
          />
          <TextField
            label={t("password.new")}
            type="password"
            autoComplete="new-password"
            hint={t("password.rule", { count: PASSWORD_MIN })}
            required
            minLength={PASSWORD_MIN}
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
          <TextField
            label={t("password.again")}
            type="password"
            autoComplete="new-password"
            error={isDifferent ? t("password.different") : undefined}
            required
            value={again}
            onChange={(event) => setAgain(event.target.value)}
          />
        </div>
        <FormError text={save.error} />
        <div className={css.actions}>
          <Button type="submit" isBusy={save.isBusy} disabled={!current || !next || again !== next}>
            {t("password.change")}
          </Button>
          <span className={css.muted} role="status">
            {save.isSaved && t("password.changed")}
          </span>
        </div>
      </form>
    </Card>
  );
}
