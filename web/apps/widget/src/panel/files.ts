/**
 * A script of its own; see lazy.ts. Files that came with messages, and files on their way to the next one: those are
 * uploaded at once, so that sending is quick.
 */
import type { Attachment } from "../core/wire";
import type { Bridge } from "../shared/bridge";
import type { Kids } from "./dom";
import css from "./files.css?inline";
import type { Tools } from "./lazy";

const bridge = window.Parley?.bridge_ as Bridge;
const {
  addStyles_: addStyles,
  words_: words,
  ui_: ui,
  draw_: draw,
  h_: h,
  icon_: icon,
  button_: button,
  fill_: fill,
  iconButton_: iconButton,
  cut_: cut,
  size_: size,
  state_: state,
  session_: session,
  decodeAttachment_: decodeAttachment,
  record_: record,
  base_: base,
  clip_: CLIP,
  x_: X,
  link_: link,
} = bridge.tools_ as Tools;

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

function addFiles(files: Iterable<File>): void {
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
function take(): Attachment[] {
  const results = items.flatMap((item) => item.result_ ?? []);
  items.forEach(remove);
  problem = "";
  return results;
}

function picked(item: Picked): Kids {
  const { file_: file, preview_: preview, status_: status, share_: value } = item;
  const { name } = file;
  return h(
    "li#upload",
    [
      preview ? h("img", 0, { src: preview, alt: "" }) : icon(CLIP),
      h("span w-grow", [
        cut("strong", name),
        status === "uploading" && h("progress", 0, { value, "aria-label": fill(words.uploading, name) }),
        status === "done" && h("small", size(file.size)),
        status === "failed" &&
          h("small w-complaint", [
            words.uploadFailed,
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

const files = (): Kids => [
  problem && h("p#upload-error w-complaint", problem, { role: "alert" }),
  items[0] && h("ul w-files", items.map(picked)),
];

/** An attachment of a message. */
function shown({ id, url, name, size: bytes, width, height, content_type }: Attachment): Kids {
  const { href, protocol } = new URL(url, base);
  const is_image = width && height && content_type.startsWith("image/");
  const kids = is_image
    ? h("img", 0, { src: href, alt: name, width, height, loading: "lazy" })
    : [icon(CLIP), h("span", name, { title: name }), h("small", size(bytes))];
  // The address comes from the network; only the desk's own kind of link may be followed.
  return /^https?:$/.test(protocol) && h("span", link(is_image ? "w-photo" : "w-file", href, kids), {}, `a${id}`);
}

export interface Files {
  show_(attachments: Attachment[]): Kids;
  /** What is shown while somebody drags files over the panel. */
  target_(): Kids;
  add_(files: Iterable<File>): void;
  take_(): Attachment[];
  list_(): Kids;
  /** False: something is still on its way or did not arrive. */
  isDone_(): boolean;
  isEmpty_(): boolean;
}

addStyles(css);
bridge.parts_.files = {
  show_: (attachments) => attachments.map(shown),
  target_: () => h("p w-drop", words.drop),
  add_: addFiles,
  take_: take,
  list_: files,
  isDone_: () => items.every((item) => item.status_ === "done"),
  isEmpty_: () => !items[0],
};
addFiles(ui.files_.splice(0));
