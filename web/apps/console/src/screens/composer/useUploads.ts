import { newKey } from "@parley/client";
import type { Attachment } from "@parley/protocol";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { desk } from "../../app/desk";
import { errorText } from "../../lib/errors";
import { showToast } from "../../lib/toasts";

const MAX_BYTES = 25 * 1024 * 1024;
const MAX_FILES = 10;

export interface Upload {
  key: string;
  name: string;
  size: number;
  share: number;
  attachment: Attachment | null;
  error: string | null;
}

function uploaded(attachment: Attachment): Upload {
  const { name, size } = attachment;
  return { key: newKey(), name, size, share: 1, attachment, error: null };
}

/** `kept`: what is there from the beginning. */
export function useUploads(kept: readonly Attachment[] = []) {
  const { t } = useTranslation();
  const [uploads, setUploads] = useState<readonly Upload[]>(() => kept.map(uploaded));

  const change = useCallback((key: string, patch: Partial<Upload>): void => {
    setUploads((all) => all.map((item) => (item.key === key ? { ...item, ...patch } : item)));
  }, []);

  const remove = (key: string): void => setUploads((all) => all.filter((item) => item.key !== key));
  /** With `onReady` a file leaves the list when it is there, for it has another place. */
  const add = (files: readonly File[], onReady?: (attachment: Attachment) => void): void => {
    const room = MAX_FILES - uploads.length;
    if (files.length > room) showToast(t("upload.too_many", { count: MAX_FILES }));
    for (const file of files.slice(0, room)) {
      if (file.size > MAX_BYTES) {
        showToast(t("upload.too_large", { name: file.name }));
        continue;
      }
      const key = newKey();
      setUploads((all) => [...all, { key, name: file.name, size: file.size, share: 0, attachment: null, error: null }]);
      desk
        .upload(file, (share) => change(key, { share }))
        .then((attachment) => {
          if (!onReady) return change(key, { attachment, share: 1 });
          remove(key);
          onReady(attachment);
        })
        .catch((error: unknown) => change(key, { error: errorText(error) }));
    }
  };
  const restore = (attachments: readonly Attachment[]): void =>
    setUploads((all) => [...attachments.map(uploaded), ...all]);

  return {
    uploads,
    add,
    remove,
    restore,
    clear: () => setUploads([]),
    isBusy: uploads.some((item) => !item.attachment && !item.error),
    ready: uploads.flatMap((item) => (item.attachment ? [item.attachment] : [])),
  };
}
