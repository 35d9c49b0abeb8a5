import type { MailAdmin } from "@parley/protocol";
import { SelectField, TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { portFor, type ServerDraft } from "./draft";
import css from "./Forms.module.css";
import type { Provider } from "./presets";
import { SecretField } from "./SecretField";
import type { Faults } from "./validate";

const SECURITIES: readonly MailAdmin.Security[] = ["tls", "starttls", "none"];

interface ServerProps {
  kind: "imap" | "smtp";
  server: ServerDraft;
  provider: Provider;
  faults: Faults;
  onChange: (patch: Partial<ServerDraft>) => void;
}

/** Where a mail server is and how to log in there. */
export function ServerFields({ kind, server, provider, faults, onChange }: ServerProps) {
  const { t } = useTranslation();
  const fault = (field: string): string | undefined => {
    const key = faults[`${kind}.${field}`];
    return key && t(key);
  };
  const handleSecurity = (value: string): void => {
    const security = SECURITIES.find((item) => item === value) ?? "tls";
    onChange({ security, port: portFor(kind, security, server.port, server.security) });
  };
  const isTokenOnly = provider.secret === "token";
  const secretKind = server.auth === "xoauth2" ? "token" : isTokenOnly ? "password" : provider.secret;
  return (
    <>
      <div className={css.place}>
        <TextField
          label={t("mailbox.host")}
          error={fault("host")}
          spellCheck={false}
          value={server.host}
          onChange={(event) => onChange({ host: event.target.value })}
          data-testid={`${kind}-host`}
        />
        <SelectField
          label={t("mailbox.security")}
          value={server.security}
          options={SECURITIES.map((value) => ({ value, label: t(`security.${value}`) }))}
          onValue={handleSecurity}
        />
        <TextField
          label={t("mailbox.port")}
          error={fault("port")}
          inputMode="numeric"
          value={server.port ? String(server.port) : ""}
          onChange={(event) => onChange({ port: Number(event.target.value.replace(/\D/g, "").slice(0, 5)) })}
        />
      </div>
      <TextField
        label={t("mailbox.user")}
        error={fault("user")}
        autoComplete="off"
        spellCheck={false}
        value={server.user}
        onChange={(event) => onChange({ user: event.target.value })}
      />
      <SelectField
        label={t("mailbox.auth")}
        hint={isTokenOnly ? t("mailbox.auth_token_only") : undefined}
        value={server.auth}
        options={[
          { value: "password", label: t("mailbox.auth_password") },
          { value: "xoauth2", label: t("mailbox.auth_xoauth2") },
        ]}
        onValue={(value) => onChange({ auth: value === "xoauth2" ? "xoauth2" : "password" })}
      />
      <SecretField
        label={t(`mailsecret.${secretKind}`)}
        hint={t(`mailsecret.${secretKind}_hint`)}
        error={fault("secret")}
        value={server.secret}
        isStored={server.has_secret}
        onChange={(secret) => onChange({ secret })}
        data-testid={`${kind}-secret`}
      />
    </>
  );
}
