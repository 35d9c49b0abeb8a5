import { decodeAttachment, record } from "./decode";
import type { Attachment } from "./wire";

export interface Upload {
  done: Promise<Attachment | null>;
  cancel(): void;
}

/** XMLHttpRequest because fetch cannot report how much of a request body has gone. Null: it did not work. */
export function upload(base: string, token: string, file: File, progress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const done = new Promise<Attachment | null>((resolve) => {
    request.open("POST", `${base}/api/v1/widget/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Authorization", `Visitor ${token}`);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
    request.onloadend = () => {
      try {
        resolve(request.status < 300 ? decodeAttachment(record(JSON.parse(request.responseText)).attachment) : null);
      } catch {
        resolve(null);
      }
    };
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}
