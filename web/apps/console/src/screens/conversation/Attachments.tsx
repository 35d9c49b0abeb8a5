import type { Attachment } from "@parley/protocol";
import { Icon, later } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/format";
import css from "./Attachments.module.css";

const Lightbox = later(() => import("./Lightbox"));

export function isImage(attachment: Attachment): boolean {
  return attachment.content_type.startsWith("image/") && attachment.width !== null;
}

export function Attachments({ items }: { items: readonly Attachment[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [openId, setOpenId] = useState<number | null>(null);
  if (items.length === 0) return null;
  const images = items.filter(isImage);
  return (
    <div className={css.files}>
      {items.map((item) =>
        isImage(item) ? (
          <button
            key={item.id}
            type="button"
            className={css.image}
            title={t("attachment.enlarge", { name: item.name })}
            onClick={() => setOpenId(item.id)}
          >
            <img src={item.url} alt="" loading="lazy" width={item.width ?? 0} height={item.height ?? 0} />
            <span className={css.caption}>
              <span className={css.name}>{item.name}</span>
              <span className={css.size}>{format.bytes(item.size)}</span>
            </span>
          </button>
        ) : (
          <a
            key={item.id}
            className={css.file}
            href={item.url}
            target="_blank"
            rel="noopener noreferrer"
            download={item.name}
          >
            <Icon name="clip" />
            <span className={css.name} title={item.name}>
              {item.name}
            </span>
            <span className={css.size}>{format.bytes(item.size)}</span>
          </a>
        ),
      )}
      {openId !== null && <Lightbox images={images} startId={openId} onClose={() => setOpenId(null)} />}
    </div>
  );
}
