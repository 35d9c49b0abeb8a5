import { TextField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import settings from "../../Settings.module.css";
import type { OAuthDraft } from "./log-in";
import css from "./OAuth.module.css";
import type { OAuthService } from "./services";

interface AddressesProps {
  kind: "imap" | "smtp";
  oauth: OAuthDraft;
  service: OAuthService | null;
  fault: (field: string) => string | undefined;
  onChange: (patch: Partial<OAuthDraft>) => void;
}

/** Where one signs in and where tokens are fetched: known for the big services, and then out of the way. */
export function ProviderAddresses(props: AddressesProps) {
  const { t } = useTranslation();
  const { service, fault } = props;
  if (!service) return <AddressFields {...props} />;
  // Nobody finds a fault in what is folded away.
  const isOpen = fault("authorize_url") || fault("token_url") ? { open: true } : {};
  return (
    <details className={css.more} {...isOpen}>
      <summary>{t("oauth.addresses")}</summary>
      {service.id === "microsoft" && <p className={settings.muted}>{t("oauth.tenant_hint")}</p>}
      <AddressFields {...props} />
    </details>
  );
}

function AddressFields({ kind, oauth, fault, onChange }: AddressesProps) {
  const { t } = useTranslation();
  return (
    <div className={settings.form}>
      <TextField
        label={t("oauth.authorize_url")}
        hint={t("oauth.authorize_url_hint")}
        error={fault("authorize_url")}
        inputMode="url"
        spellCheck={false}
        value={oauth.authorize_url}
        onChange={(event) => onChange({ authorize_url: event.target.value })}
        data-testid={`${kind}-authorize-url`}
      />
      <TextField
        label={t("oauth.token_url")}
        hint={t("oauth.token_url_hint")}
        error={fault("token_url")}
        inputMode="url"
        spellCheck={false}
        value={oauth.token_url}
        onChange={(event) => onChange({ token_url: event.target.value })}
        data-testid={`${kind}-token-url`}
      />
      <div className={settings.full}>
        <TextField
          label={t("oauth.scope")}
          hint={t("oauth.scope_hint")}
          spellCheck={false}
          value={oauth.scope}
          onChange={(event) => onChange({ scope: event.target.value })}
          data-testid={`${kind}-scope`}
        />
      </div>
    </div>
  );
}
