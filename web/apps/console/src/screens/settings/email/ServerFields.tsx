import type { MailAdmin } from "@parley/protocol";
import { SelectField, TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { portFor } from "./draft";
import css from "./Forms.module.css";
import { LogInFields, type LogInProps } from "./LogInFields";

const SECURITIES: readonly MailAdmin.Security[] = ["tls", "starttls", "none"];

/** Where a mail server is and how to log in there. */
export function ServerFields(props: LogInProps) {
  const { kind, server, faults, onChange } = props;
  const { t } = useTranslation();
  const fault = (field: string): string | undefined => {
    const key = faults[`${kind}.${field}`];
    return key && t(key);
  };
  const handleSecurity = (value: string): void => {
    const security = SECURITIES.find((item) => item === value) ?? "tls";
    onChange({ security, port: portFor(kind, security, server.port, server.security) });
  };
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
      <LogInFields {...props} />
    </>
  );
}
