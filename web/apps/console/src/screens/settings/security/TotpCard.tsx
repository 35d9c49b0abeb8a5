import { Button, later, TextField } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { useMe } from "../../../lib/hooks";
import { Card, FormError } from "../parts";
import css from "../Settings.module.css";
import { useSave } from "../useSave";

const QrCode = later(() => import("./QrCode"));

type Step =
  | { name: "idle" }
  | { name: "password" }
  | { name: "scan"; secret: string; url: string }
  | { name: "codes"; codes: string[] };

/** Two-step sign-in: password, picture, first code, recovery codes. */
export function TotpCard() {
  const { t } = useTranslation();
  const hasTotp = useMe()?.has_totp ?? false;
  const [step, setStep] = useState<Step>({ name: "idle" });
  return (
    <Card title={t("totp.title")} hint={t(hasTotp ? "totp.is_on" : "totp.is_off")}>
      {step.name === "idle" && (
        <Button icon="shield" onClick={() => setStep({ name: "password" })} data-testid="totp-start">
          {t(hasTotp ? "totp.turn_off" : "totp.turn_on")}
        </Button>
      )}
      {step.name === "password" && <PasswordStep hasTotp={hasTotp} onStep={setStep} />}
      {step.name === "scan" && <ScanStep secret={step.secret} url={step.url} onStep={setStep} />}
      {step.name === "codes" && <CodesStep codes={step.codes} onDone={() => setStep({ name: "idle" })} />}
    </Card>
  );
}

function PasswordStep({ hasTotp, onStep }: { hasTotp: boolean; onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const save = useSave();
  const [password, setPassword] = useState("");
  const handleGo = (): void => {
    void save.run(async () => {
      if (hasTotp) {
        await desk.api.removeTotp(password);
        desk.updateMe({ has_totp: false });
        onStep({ name: "idle" });
      } else {
        const answer = await desk.api.startTotp(password);
        onStep({ name: "scan", secret: answer.secret, url: answer.otpauth_url });
      }
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        handleGo();
      }}
    >
      <div className={css.form}>
        <TextField
          label={t("password.current")}
          type="password"
          autoComplete="current-password"
          autoFocus
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          data-testid="totp-password"
        />
      </div>
      <FormError text={save.error} />
      <div className={css.actions}>
        <Button type="submit" tone={hasTotp ? "danger" : "primary"} isBusy={save.isBusy} disabled={!password}>
          {t(hasTotp ? "totp.turn_off" : "totp.next")}
        </Button>
        <Button tone="quiet" onClick={() => onStep({ name: "idle" })}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

function ScanStep({ secret, url, onStep }: { secret: string; url: string; onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const save = useSave();
  const [code, setCode] = useState("");
  const handleConfirm = (): void => {
    void save.run(
      async () => {
        const answer = await desk.api.confirmTotp(code.trim());
        desk.updateMe({ has_totp: true });
        onStep({ name: "codes", codes: answer.recovery_codes });
      },
      () => t("totp.wrong_code"),
    );
  };
  return (
    <form
      className={css.stack}
      onSubmit={(event) => {
        event.preventDefault();
        handleConfirm();
      }}
    >
      <p className={css.muted}>{t("totp.scan")}</p>
      <QrCode text={url} label={t("totp.qr")} />
      <p className={css.muted}>{t("totp.manual")}</p>
      <code className={css.code}>{secret}</code>
      <div className={css.form}>
        <TextField
          label={t("totp.code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          maxLength={6}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          data-testid="totp-code"
        />
      </div>
      <FormError text={save.error} />
      <div className={css.actions}>
        <Button type="submit" tone="primary" isBusy={save.isBusy} disabled={code.trim().length < 6}>
          {t("totp.confirm")}
        </Button>
        <Button tone="quiet" onClick={() => onStep({ name: "idle" })}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

function CodesStep({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className={css.stack}>
      <p className={css.muted}>{t("totp.codes_hint")}</p>
      <ul className={css.codes} data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={css.row}>
        <Button
          onClick={() => {
            void navigator.clipboard?.writeText(codes.join("\n"));
            setIsCopied(true);
          }}
        >
          {t(isCopied ? "common.copied" : "common.copy")}
        </Button>
        <Button tone="primary" onClick={onDone}>
          {t("totp.stored")}
        </Button>
      </div>
    </div>
  );
}
