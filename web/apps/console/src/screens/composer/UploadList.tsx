import { cx, Icon } from "@parley/ui";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import css from "./Composer.module.css";
import type { ComposerModel } from "./useComposer";

export function UploadList({ files }: { files: ComposerModel["files"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (files.uploads.length === 0) return null;
  return (
    <ul className={css.uploads}>
      {files.uploads.map((item) => (
        <li key={item.key} className={cx(css.upload, item.error && css.over)} data-testid="upload">
          {item.attachment?.width ? <img src={item.attachment.url} alt="" /> : <Icon name="clip" size="sm" />}
          <span className={css.fileName} title={item.name}>
            {item.name}
          </span>
          <span className={css.fileState}>
            {item.error ?? (item.attachment ? format.bytes(item.size) : `${Math.round(item.share * 100)}%`)}
          </span>
          <button
            type="button"
            aria-label={t("upload.remove", { name: item.name })}
            onClick={() => files.remove(item.key)}
          >
            <Icon name="x" size="sm" />
          </button>
          {!item.attachment && !item.error && (
            <progress value={item.share} max={1} aria-label={t("upload.progress", { name: item.name })} />
          )}
        </li>
      ))}
    </ul>
  );
}
