import { Button, TextField } from "@parley/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../../app/desk";
import { reportError } from "../../../lib/errors";
import { useFormat } from "../../../lib/format";
import { Card, FormError } from "../parts";
import css from "../Settings.module.css";
import { useSave } from "../useSave";

export function TokensCard() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const save = useSave();
  const [name, setName] = useState("");
  const [fresh, setFresh] = useState<string | null>(null);
  const { data } = useQuery({ queryKey: ["tokens"], queryFn: desk.api.tokens });
  const reload = () => client.invalidateQueries({ queryKey: ["tokens"] });
  const handleCreate = (): void => {
    void save.run(async () => {
      setFresh((await desk.api.createToken(name.trim())).token);
      setName("");
      await reload();
    });
  };
  return (
    <Card title={t("tokens.title")} hint={t("tokens.hint")}>
      {data && data.items.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t("tokens.name")}</th>
              <th scope="col">{t("tokens.created")}</th>
              <th scope="col">{t("tokens.used")}</th>
              <th scope="col">
                <span className="sr-only">{t("conversation.more")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((token) => (
              <tr key={token.id}>
                <td>{token.name}</td>
                <td>{format.short(token.created_at)}</td>
                <td>{token.last_used_at ? format.short(token.last_used_at) : t("tokens.never")}</td>
                <td className={css.end}>
                  <Button
                    size="sm"
                    tone="quiet"
                    icon="trash"
                    onClick={() => void desk.api.removeToken(token.id).then(reload, reportError)}
                  >
                    {t("tokens.revoke")}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {fresh && (
        <div className={css.stack} role="status">
          <p className={css.muted}>{t("tokens.once")}</p>
          <code className={css.code} data-testid="new-token">
            {fresh}
          </code>
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          handleCreate();
        }}
      >
        <div className={css.form}>
          <TextField
            label={t("tokens.new")}
            placeholder={t("tokens.example")}
            value={name}
            maxLength={80}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <FormError text={save.error} />
        <div className={css.actions}>
          <Button type="submit" isBusy={save.isBusy} disabled={!name.trim()}>
            {t("tokens.create")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
