import type { MailAdmin } from "@parley/protocol";
import { Blank, Button, cx } from "@parley/ui";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useConfirm } from "../../confirm/Confirm";
import { PageHead } from "../parts";
import { mailAdmin } from "./api";
import css from "./Email.module.css";
import { Reading, Tag } from "./parts";
import { TemplateDialog } from "./TemplateDialog";

const KEY = ["templates"];

export default function TemplatesPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: mailAdmin.templates, staleTime: 0 });
  const [edited, setEdited] = useState<MailAdmin.Template | "new" | null>(null);
  const reload = () => client.invalidateQueries({ queryKey: KEY });
  return (
    <>
      <PageHead title={t("settings.templates")} text={t("template.hint")}>
        <Button icon="plus" tone="primary" onClick={() => setEdited("new")} data-testid="template-new">
          {t("template.add")}
        </Button>
      </PageHead>
      <Reading query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Blank icon="reply" title={t("template.empty")} text={t("template.empty_text")} />
          ) : (
            <ul className={css.list} aria-label={t("settings.templates")}>
              {[...items]
                .sort((a, b) => a.name.localeCompare(b.name))
                .map((template) => (
                  <TemplateRow
                    key={template.id}
                    template={template}
                    onEdit={() => setEdited(template)}
                    onGone={reload}
                  />
                ))}
            </ul>
          )
        }
      </Reading>
      {edited && (
        <TemplateDialog
          template={edited === "new" ? null : edited}
          others={(query.data?.items ?? []).filter((item) => item !== edited)}
          onSaved={reload}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

interface RowProps {
  template: MailAdmin.Template;
  onEdit: () => void;
  onGone: () => Promise<void>;
}

function TemplateRow({ template, onEdit, onGone }: RowProps) {
  const { t } = useTranslation();
  const { ask, dialog } = useConfirm();
  const { name, shortcut, locale } = template;
  return (
    <li className={cx(css.item, css.outItem)} data-testid="template-row">
      <div className={css.outMain}>
        <span className={css.itemFoot}>
          <strong>{name}</strong>
          {shortcut && <code className={css.shortcut}>/{shortcut}</code>}
          {locale && <Tag tone="neutral">{t(`locale.${locale === "en" ? "en" : "zh"}`)}</Tag>}
        </span>
        <span className={css.excerpt}>{template.text}</span>
      </div>
      <div className={css.acts}>
        <Button
          size="sm"
          tone="quiet"
          icon="edit"
          aria-label={t("agents.edit_name", { name })}
          onClick={onEdit}
          data-testid="template-edit"
        >
          {t("common.edit")}
        </Button>
        <Button
          size="sm"
          tone="quiet"
          icon="trash"
          aria-label={t("template.delete_name", { name })}
          onClick={() =>
            ask({
              title: t("template.delete_title", { name }),
              text: t("template.delete_text"),
              verb: t("template.delete"),
              run: async () => {
                await mailAdmin.removeTemplate(template.id);
                await onGone();
              },
            })
          }
          data-testid="template-delete"
        >
          {t("template.delete")}
        </Button>
      </div>
      {dialog}
    </li>
  );
}
