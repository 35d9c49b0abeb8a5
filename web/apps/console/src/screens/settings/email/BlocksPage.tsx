import type { MailAdmin } from "@parley/protocol";
import { Blank, Button, TextField } from "@parley/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../../lib/format";
import { useConfirm } from "../../confirm/Confirm";
import { Card, FormError, PageHead } from "../parts";
import settings from "../Settings.module.css";
import { useSave } from "../useSave";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { Reading } from "./parts";
import { isBlockPattern } from "./validate";

const KEY = ["mail-blocks"];

export default function BlocksPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: mailAdmin.blocks, staleTime: 0 });
  const reload = () => client.invalidateQueries({ queryKey: KEY });
  return (
    <>
      <PageHead title={t("settings.blocks")} text={t("blocks.hint")} />
      <AddBlock onAdded={reload} />
      <Reading query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Blank icon="shield" title={t("blocks.empty")} text={t("blocks.empty_text")} />
          ) : (
            <ul className={css.list} aria-label={t("settings.blocks")}>
              {items.map((block) => (
                <BlockRow key={block.id} block={block} onGone={reload} />
              ))}
            </ul>
          )
        }
      </Reading>
    </>
  );
}

function AddBlock({ onAdded }: { onAdded: () => Promise<void> }) {
  const { t } = useTranslation();
  const save = useSave();
  const [pattern, setPattern] = useState("");
  const [note, setNote] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const handleAdd = async (): Promise<void> => {
    const wanted = pattern.trim().toLowerCase();
    if (!isBlockPattern(wanted)) return setIsWrong(true);
    const isDone = await save.run(async () => {
      await mailAdmin.addBlock(wanted, note.trim());
      await onAdded();
    });
    if (!isDone) return;
    setPattern("");
    setNote("");
  };
  return (
    <Card>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void handleAdd();
        }}
      >
        <div className={settings.form}>
          <TextField
            label={t("blocks.pattern")}
            hint={t("blocks.pattern_hint")}
            error={isWrong ? t("blocks.pattern_bad") : undefined}
            spellCheck={false}
            autoComplete="off"
            value={pattern}
            onChange={(event) => {
              setPattern(event.target.value);
              setIsWrong(false);
            }}
            data-testid="block-pattern"
          />
          <TextField
            label={t("blocks.note")}
            hint={t("blocks.note_hint")}
            maxLength={200}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </div>
        <FormError text={save.error} />
        <div className={settings.actions}>
          <Button type="submit" isBusy={save.isBusy} disabled={!pattern.trim()} data-testid="block-add">
            {t("blocks.add")}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function BlockRow({ block, onGone }: { block: MailAdmin.Block; onGone: () => Promise<void> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { ask, dialog } = useConfirm();
  return (
    <li className={css.item} data-testid="block-row">
      <div className={css.outMain}>
        <strong>{block.pattern}</strong>
        <span className={css.quiet}>
          {[
            t(block.pattern.startsWith("@") ? "blocks.domain" : "blocks.one"),
            block.note,
            t("blocks.since", { date: format.short(block.created_at) }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </div>
      <Button
        size="sm"
        tone="quiet"
        icon="trash"
        aria-label={t("blocks.remove_name", { pattern: block.pattern })}
        onClick={() =>
          ask({
            title: t("blocks.remove_title"),
            text: t("blocks.remove_text", { pattern: block.pattern }),
            verb: t("blocks.remove"),
            isDanger: false,
            run: async () => {
              await mailAdmin.removeBlock(block.id);
              await onGone();
            },
          })
        }
        data-testid="block-remove"
      >
        {t("blocks.remove")}
      </Button>
      {dialog}
    </li>
  );
}
