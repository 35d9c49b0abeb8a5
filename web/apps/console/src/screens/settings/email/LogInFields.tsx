import { SelectField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import type { ServerDraft } from "./draft";
import { hasStored, type LogInWay, wayOf, withWay } from "./oauth/log-in";
import { OAuthFields } from "./oauth/OAuthFields";
import { SharedSignIn, type Sharing } from "./oauth/SharedSignIn";
import type { Provider } from "./presets";
import { SecretField } from "./SecretField";
import type { Faults } from "./validate";

const WAYS: readonly LogInWay[] = ["password", "oauth", "token"];

export interface LogInProps {
  kind: "imap" | "smtp";
  server: ServerDraft;
  provider: Provider;
  faults: Faults;
  /** The inbox this server belongs to; null: it is being made. */
  inboxId: number | null;
  /** Of an outgoing server that can use the sign-in of the incoming one. */
  sharing?: Sharing | null;
  onChange: (patch: Partial<ServerDraft>) => void;
}

/** How to log in at a mail server. */
export function LogInFields({ kind, server, provider, faults, inboxId, sharing = null, onChange }: LogInProps) {
  const { t } = useTranslation();
  const fault = (field: string): string | undefined => {
    const key = faults[`${kind}.${field}`];
    return key && t(key);
  };
  const way = wayOf(server);
  const takesNoPassword = provider.secret === "token";
  const secretKind = way === "token" ? "token" : takesNoPassword ? "password" : provider.secret;
  const isShared = way === "oauth" && sharing?.isOn;
  return (
    <>
      <SelectField
        label={t("mailbox.auth")}
        hint={takesNoPassword ? t("mailbox.auth_oauth_only") : undefined}
        value={way}
        options={WAYS.map((value) => ({ value, label: t(`mailbox.auth_${value}`) }))}
        onValue={(value) => onChange(withWay(WAYS.find((known) => known === value) ?? "password"))}
        data-testid={`${kind}-auth`}
      />
      {way !== "oauth" && (
        <SecretField
          label={t(`mailsecret.${secretKind}`)}
          hint={t(`mailsecret.${secretKind}_hint`)}
          error={fault("secret")}
          value={server.secret}
          isStored={hasStored(server)}
          onChange={(secret) => onChange({ secret })}
          data-testid={`${kind}-secret`}
        />
      )}
      {way === "oauth" && sharing && <SharedSignIn sharing={sharing} server={server} fault={fault("sign_in")} />}
      {way === "oauth" && !isShared && (
        <OAuthFields
          kind={kind}
          server={server}
          service={provider.oauth}
          inboxId={inboxId}
          faults={faults}
          onChange={onChange}
        />
      )}
    </>
  );
}
