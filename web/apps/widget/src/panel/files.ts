/** Files that came with messages, and files on their way to the next one: those are uploaded at once, so that sending is quick. */
import { session } from "../core/api";
import { decodeAttachment, record } from "../core/decode";
import { state } from "../core/state";
import type { Attachment } from "../core/wire";
import { base, words } from "../host";
import { h, icon, type Kids } from "./dom";
import { fill, size } from "./format";
import { button, CLIP, cut, iconButton, link, X } from "./parts";
import { draw } from "./store";

interface Picked {
  key_: number;
  file_: File;
  preview_: string;
  /** 0 to 1. */
  share_: number;
  status_: "uploading" | "done" | "failed";
  result_: Attachment | null;
  request_: XMLHttpRequest;
}

const MOST = 10;

let items: Picked[] = [];
let problem = "";
let next_key = 0;

function begin(file: File): void {
  // fetch cannot report how much of a request body has gone.
  const request = new XMLHttpRequest();
  const item: Picked = {
    key_: next_key++,
    file_: file,
    preview_: file.type.startsWith("image/") ? URL.createObjectURL(file) : "",
    share_: 0,
    status_: "uploading",
    result_: null,
    request_: request,
  };
  request.open("POST", `${base}/api/v1/widget/uploads?name=${encodeURIComponent(file.name)}`);
  request.setRequestHeader("Authorization", `Visitor ${session.token_}`);
  request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  request.responseType = "json";
  request.upload.onprogress = ({ total, loaded }) => {
    item.share_ = loaded / (total || 1);
    draw();
  };
  request.onloadend = () => {
    item.result_ = request.status < 300 ? decodeAttachment(record(request.response).attachment) : null;
    item.status_ = item.result_ ? "done" : "failed";
    draw();
  };
  request.send(file);
  items.push(item);
}

export function addFiles(files: Iterable<File>): void {
  const limit = state.inbox_?.upload_max_bytes ?? Number.POSITIVE_INFINITY;
  problem = "";
  for (const file of files) {
    if (file.size > limit) problem = fill(words.tooLarge, size(limit));
    else if (items.length >= MOST) problem = words.tooMany;
    else begin(file);
  }
  draw();
}

function remove(item: Picked): void {
  item.request_.abort();
  URL.revokeObjectURL(item.preview_);
  items = items.filter((other) => other !== item);
  draw();
}

/** Hands over what is uploaded and starts empty. */
export function takeFiles(): Attachment[] {
  const results = items.flatMap((item) => item.result_ ?? []);
  items.forEach(remove);
  problem = "";
  return results;
}

function picked(item: Picked): Kids {
  const { file_: file, preview_: preview, status_: status, share_: share } = item;
  const { name } = file;
  return h(
    "li#upload",
    [
      preview ? h("img", 0, { src: preview, alt: "" }) : icon(CLIP),
      h("span w-grow", [
        cut("strong", name),
        status === "uploading" && h("small", `${Math.round(share * 100)} %`),
        status === "done" && h("small", size(file.size)),
        status === "failed" &&
          h("small w-complaint", [
            words.failed,
            " ",
            button("", words.retry, () => {
              remove(item);
              begin(file);
            }),
          ]),
      ]),
      iconButton("", fill(words.remove, name), X, () => remove(item)),
    ],
    { "data-status": status },
    item.key_,
  );
}

/** What was picked for the next message. */
export const tray = (): Kids => [
  problem && h("p#upload-error w-complaint", problem, { role: "alert" }),
  items[0] && h("ul w-files", items.map(picked)),
];

/** An attachment of a message. */
export function shown({ id, url, name, size: bytes, width, height, content_type }: Attachment): Kids {
  const { href, protocol } = new URL(url, base);
  const is_image = width && height && content_type.startsWith("image/");
  const kids = is_image
    ? h("img", 0, { src: href, alt: name, width, height, loading: "lazy" })
    : [icon(CLIP), h("span", name), h("small", size(bytes))];
  // The address comes from the network; only the desk's own kind of link may be followed.
  return /^https?:$/.test(protocol) && h("span", link(is_image ? "w-photo" : "w-file", href, kids), {}, `a${id}`);
}

/** False: something is still on its way or did not arrive. */
export const isUploaded = (): boolean => items.every((item) => item.status_ === "done");
export const hasFiles = (): boolean => !!items[0];
