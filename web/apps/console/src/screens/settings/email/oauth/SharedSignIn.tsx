import { Icon, SwitchField } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { type LogIn, standingOf } from "./log-in";
import css from "./OAuth.module.css";
import { StandingText } from "./SignInRow";
import { useNowAt } from "./useSignIn";

export interface Sharing {
  isOn: boolean;
  onToggle: (isOn: boolean) => void;
}

/** Outgoing mail at the provider one has signed in at for incoming mail. */
export function SharedSignIn({
  sharing,
  server,
  fault,
}: {
  sharing: Sharing;
  server: LogIn;
  fault?: string | undefined;
}) {
  const { t } = useTranslation();
  const now = useNowAt(server.grant?.expires_at ?? null);
  return (
    <div className={css.group}>
      <SwitchField
        label={t("oauth.shared")}
        hint={t("oauth.shared_hint")}
        isOn={sharing.isOn}
        onToggle={sharing.onToggle}
        data-testid="smtp-shared"
      />
      {sharing.isOn && (
        <div role="status" className={css.signInText}>
          <StandingText standing={standingOf(server, now)} />
          {fault && (
            <span className={css.fault}>
              <Icon name="alert" size="sm" />
              {fault}
            </span>
          )}
        </div>
      )}
    </div>
  );
}
