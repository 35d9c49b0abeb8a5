import type { MailAdmin } from "@parley/protocol";
import { Button, cx, Icon } from "@parley/ui";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormError } from "../parts";
import settings from "../Settings.module.css";
import { useSave } from "../useSave";
import { adviceFor, knownStep } from "./advice";
import { mailAdmin } from "./api";
import css from "./Forms.module.css";
import { Tag } from "./parts";
import type { Provider } from "./presets";

interface CheckProps {
  kind: "imap" | "smtp";
  request: MailAdmin.CheckRequest;
  provider: Provider;
  /** Starts by itself when it comes on the screen. */
  isAuto?: boolean;
  onResult?: (isOk: boolean) => void;
}

/** Tries the way in or out as it is filled in, without saving anything. */
export function CheckCard({ kind, request, provider, isAuto = false, onResult }: CheckProps) {
  const { t } = useTranslation();
  const { isBusy, error, run } = useSave();
  const [result, setResult] = useState<MailAdmin.CheckResult | null>(null);
  const wasStarted = useRef(false);
  const handleCheck = (): void => {
    setResult(null);
    void run(async () => {
      const answer = await mailAdmin.check(request);
      setResult(answer);
      onResult?.(answer.is_ok);
    });
  };
  useEffect(() => {
    if (!isAuto || wasStarted.current) return;
    wasStarted.current = true;
    handleCheck();
  });
  const server = request[kind] ?? { security: "tls" as const };
  return (
    <section className={css.check} aria-label={t(`mailcheck.${kind}`)} data-testid={`check-${kind}`}>
      <header className={settings.row}>
        <h3>{t(`mailcheck.${kind}`)}</h3>
        {result && (
          <Tag tone={result.is_ok ? "success" : "danger"}>{t(result.is_ok ? "mailcheck.ok" : "mailcheck.failed")}</Tag>
        )}
        <span className={settings.grow} />
        <Button size="sm" isBusy={isBusy} disabled={isBusy} onClick={handleCheck} data-testid={`check-${kind}-run`}>
          {t(result ? "mailcheck.again" : "mailcheck.run")}
        </Button>
      </header>
      <div role="status">
        {isBusy && <p className={settings.muted}>{t("mailcheck.running", { host: request[kind]?.host ?? "" })}</p>}
        {result && (
          <ol className={css.steps}>
            {result.steps.map((step) => (
              <Step key={step.step} step={step} advice={adviceFor(step.step, provider, server)} />
            ))}
          </ol>
        )}
      </div>
      <FormError text={error} />
    </section>
  );
}

function Step({ step, advice }: { step: MailAdmin.CheckStep; advice: string }) {
  const { t } = useTranslation();
  const known = knownStep(step.step);
  return (
    <li className={cx(css.step, !step.is_ok && css.stepFailed)}>
      <Icon name={step.is_ok ? "check" : "alert"} />
      <span>
        {known ? t(`mailstep.${known}`) : step.step}
        <span className="sr-only">{t(step.is_ok ? "mailcheck.ok" : "mailcheck.failed")}</span>
      </span>
      <span className={css.ms}>{t("mailcheck.ms", { ms: step.ms })}</span>
      {step.detail && <small className={css.stepDetail}>{step.detail}</small>}
      {!step.is_ok && <p className={css.advice}>{t(advice)}</p>}
    </li>
  );
}
