import { assertNever } from "@parley/client";
import { Button, Icon } from "@parley/ui";
import type { TFunction } from "i18next";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../../../../lib/errors";
import { Tag } from "../parts";
import type { Standing } from "./log-in";
import css from "./OAuth.module.css";
import type { OAuthService } from "./services";
import type { Failure, SignInState } from "./sign-in";

interface RowProps {
  kind: "imap" | "smtp";
  service: OAuthService | null;
  state: SignInState;
  standing: Standing;
  fault: string | undefined;
  onSignIn: () => void;
  onCancel: () => void;
}

/** The button that leads to the provider, and what has come of it. */
export function SignInRow({ kind, service, state, standing, fault, onSignIn, onCancel }: RowProps) {
  const { t } = useTranslation();
  const faultId = useId();
  const isUnderWay = state.phase === "starting" || state.phase === "waiting";
  const isHeld = isUnderWay && !(state.phase === "waiting" && state.window !== "open");
  const isAgain = (isUnderWay && !isHeld) || standing !== "none";
  return (
    <div className={css.signIn} data-testid={`${kind}-sign-in-state`} data-state={isUnderWay ? "waiting" : standing}>
      <div className={css.signInActs}>
        <Button
          icon="key"
          isBusy={isHeld}
          disabled={isHeld}
          aria-describedby={fault ? faultId : undefined}
          data-fault={fault ? "" : undefined}
          onClick={onSignIn}
          data-testid={`${kind}-sign-in`}
        >
          {t(isAgain ? "oauth.again" : `oauth.sign_in_${service?.id ?? "provider"}`)}
        </Button>
        {isUnderWay && (
          <Button tone="quiet" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
        )}
      </div>
      <div role="status" className={css.signInText}>
        <Outcome state={state} standing={standing} />
      </div>
      {fault && !isUnderWay && (
        <span id={faultId} role="alert" className={css.fault}>
          <Icon name="alert" size="sm" />
          {fault}
        </span>
      )}
    </div>
  );
}

function Outcome({ state, standing }: Pick<RowProps, "state" | "standing">) {
  const { t } = useTranslation();
  if (state.phase === "starting") return t("oauth.opening");
  if (state.phase === "waiting") {
    if (state.window !== "blocked") return t(state.window === "open" ? "oauth.waiting" : "oauth.gone");
    return (
      <>
        {t("oauth.blocked")}{" "}
        <a href={state.grant.url} target="_blank" rel="noopener noreferrer">
          {t("oauth.open")}
        </a>
      </>
    );
  }
  if (state.phase === "failed") return <span className={css.failed}>{failureText(t, state.failure)}</span>;
  return <StandingText standing={standing} />;
}

function failureText(t: TFunction, failure: Failure): string {
  switch (failure.kind) {
    case "refused":
      return t("oauth.failed", { reason: failure.sentence || t("oauth.no_reason") });
    case "expired":
      return t("oauth.too_late");
    case "trouble":
      return t("oauth.failed", { reason: errorText(failure.error) });
    default:
      return assertNever(failure);
  }
}

export function StandingText({ standing }: { standing: Standing }) {
  const { t } = useTranslation();
  switch (standing) {
    case "none":
      return t("oauth.none");
    case "stored":
      return <Tag tone="success">{t("oauth.signed_in")}</Tag>;
    case "granted":
      return (
        <>
          <Tag tone="success">{t("oauth.signed_in")}</Tag> {t("oauth.unsaved")}
        </>
      );
    case "expired":
      return t("oauth.expired");
    default:
      return assertNever(standing);
  }
}
