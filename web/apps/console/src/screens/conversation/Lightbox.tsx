import type { Attachment } from "@parley/protocol";
import { Dialog, IconButton } from "@parley/ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./Attachments.module.css";

interface LightboxProps {
  images: readonly Attachment[];
  startId: number;
  onClose: () => void;
}

export default function Lightbox({ images, startId, onClose }: LightboxProps) {
  const { t } = useTranslation();
  const [index, setIndex] = useState(() =>
    Math.max(
      0,
      images.findIndex((image) => image.id === startId),
    ),
  );
  const image = images[index];
  if (!image) return null;
  const turn = (delta: number): void => setIndex((index + delta + images.length) % images.length);
  return (
    <Dialog title={image.name} closeLabel={t("common.close")} look="wide" onClose={onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys are a convenience beside the buttons */}
      <div
        className={css.lightbox}
        onKeyDown={(event) => {
          if (event.key === "ArrowRight") turn(1);
          if (event.key === "ArrowLeft") turn(-1);
        }}
      >
        <img src={image.url} alt={image.name} />
        <div className={css.turn}>
          {images.length > 1 && <IconButton icon="left" label={t("attachment.previous")} onClick={() => turn(-1)} />}
          <a href={image.url} target="_blank" rel="noopener noreferrer" download={image.name}>
            {t("attachment.download")}
          </a>
          {images.length > 1 && <IconButton icon="right" label={t("attachment.next")} onClick={() => turn(1)} />}
        </div>
      </div>
    </Dialog>
  );
}
