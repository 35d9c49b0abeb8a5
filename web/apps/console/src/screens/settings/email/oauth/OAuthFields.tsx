import { TextField } from "@parley/ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import settings from "../../Settings.module.css";
import type { ServerDraft } from "../draft";
import { focusFault } from "../focus-fault";
import { SecretField } from "../SecretField";
import { type Faults, signInFaults } from "../validate";
import { grantRequest, hasStoredClientSecret, type OAuthDraft, standingOf } from "./log-in";
import css from "./OAuth.module.css";
import { ProviderAddresses } from "./ProviderAddresses";
import { RedirectAddress } from "./RedirectAddress";
import { SignInRow } from "./SignInRow";
import type { OAuthService } from "./services";
import { useNowAt, useSignIn } from "./useSignIn";

interface OAuthProps {
  kind: "imap" | "smtp";
  server: ServerDraft;
  service: OAuthService | null;
  /** Lends its client secret; null: not saved yet. */
  inboxId: number | null;
  faults: Faults;
  onChange: (patch: Partial<ServerDraft>) => void;
}

/** In whose name one signs in at the provider, and signing in. */
export function OAuthFields({ kind, server, service, inboxId, faults, onChange }: OAuthProps) {
  const { t } = useTranslation();
  const top = useRef<HTMLFieldSetElement>(null);
  const [isTried, setIsTried] = useState(false);
  const { state, flow } = useSignIn(server.grant, (grant) => onChange({ grant }));
  const now = useNowAt(server.grant?.expires_at ?? null);
  const missing = signInFaults(kind, server);
  const found: Faults = { ...faults, ...(isTried && missing) };
  const fault = (field: string): string | undefined => {
    const key = found[`${kind}.${field}`];
    return key && t(key);
  };
  const change = (patch: Partial<OAuthDraft>): void => onChange({ oauth: { ...server.oauth, ...patch } });
  const handleSignIn = (): void => {
    setIsTried(true);
    if (Object.keys(missing).length > 0) return focusFault(top.current);
    void flow.start(grantRequest(kind, server, inboxId));
  };
  return (
    <fieldset className={css.group} ref={top}>
      <legend className="sr-only">{t("mailbox.auth_oauth")}</legend>
      <RedirectAddress />
      <div className={settings.form}>
        <TextField
          label={t("oauth.client_id")}
          hint={t("oauth.client_id_hint")}
          error={fault("client_id")}
          autoComplete="off"
          spellCheck={false}
          value={server.oauth.client_id}
          onChange={(event) => change({ client_id: event.target.value })}
          data-testid={`${kind}-client-id`}
        />
        <SecretField
          label={t("oauth.client_secret")}
          hint={t("oauth.client_secret_hint")}
          value={server.oauth.client_secret}
          isStored={hasStoredClientSecret(server)}
          onChange={(client_secret) => change({ client_secret })}
          data-testid={`${kind}-client-secret`}
        />
      </div>
      <ProviderAddresses kind={kind} oauth={server.oauth} service={service} fault={fault} onChange={change} />
      <SignInRow
        kind={kind}
        service={service}
        state={state}
        standing={standingOf(server, now)}
        fault={fault("sign_in")}
        onSignIn={handleSignIn}
        onCancel={() => flow.cancel()}
      />
    </fieldset>
  );
}
