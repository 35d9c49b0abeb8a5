import type { Inbox } from "@parley/protocol";
import { Button } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { reportError } from "../../../lib/errors";
import { Card } from "../parts";
import css from "../Settings.module.css";

export function InstallCard({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const snippet = `<script src="${location.origin}/widget.js" data-inbox="${inbox.key}" async></script>`;
  return (
    <Card title={t("install.title")} hint={t("install.hint")}>
      <div className={css.stack}>
        <code className={css.code} data-testid="install-snippet">
          {snippet}
        </code>
        <div className={css.row}>
          <Button
            onClick={() => {
              void navigator.clipboard?.writeText(snippet);
              setIsCopied(true);
            }}
          >
            {t(isCopied ? "common.copied" : "common.copy")}
          </Button>
          {secret === null && (
            <Button
              tone="quiet"
              icon="key"
              onClick={() =>
                void desk.api
                  .inboxSecret(inbox.id)
                  .then((answer) => setSecret(answer.secret))
                  .catch(reportError)
              }
            >
              {t("install.show_secret")}
            </Button>
          )}
        </div>
        {secret !== null && (
          <>
            <p className={css.muted}>{t("install.secret_hint")}</p>
            <code className={css.code}>{secret}</code>
          </>
        )}
      </div>
    </Card>
  );
}
