import { send, typing } from "../core/desk";
import { bridge, words } from "../host";
import { h, icon, type Kids } from "./dom";
import { addFiles, hasFiles, isUploaded, takeFiles, tray } from "./files";
import { goToEnd } from "./log";
import { button, CLIP, iconButton, SEND, typed } from "./parts";
import { CHAT, current, draw, go, ui } from "./store";

const { root_: root } = bridge;
const field = () => root.querySelector<HTMLTextAreaElement>(".w-compose textarea");
const text = () => ui.drafts_[`${ui.view_.id_}`] ?? "";

const canSend = (): boolean => isUploaded() && !!(text().trim() || hasFiles());

function setText(value: string): void {
  ui.drafts_[`${ui.view_.id_}`] = value;
  const id = current();
  if (id !== null) typing(id, !!value);
  draw();
}

function submit(): void {
  if (!canSend()) return;
  const { id_: id, who_: who } = ui.view_;
  const value = text().trim();
  setText("");
  ui.entered_.is_reopening_ = false;
  goToEnd();
  const shown_as = send(id, value, takeFiles(), who);
  if (id === null) go(CHAT, shown_as);
  field()?.focus();
}

/** The field grows with its text up to the height its style allows. */
export function fit(): void {
  const input = field();
  if (!input) return;
  input.style.height = "auto";
  if (input.scrollHeight) input.style.height = `${input.scrollHeight}px`;
}

export const composer = (placeholder: string): Kids =>
  h("div w-foot", [
    tray(),
    h("div w-compose", [
      h("input#file-input", 0, {
        type: "file",
        multiple: true,
        hidden: true,
        onchange: ({ target }: { target: HTMLInputElement }) => {
          if (target.files) addFiles(target.files);
          // Otherwise the same file could not be picked a second time.
          target.value = "";
        },
      }),
      iconButton("#attach", words.attach, CLIP, () => root.querySelector<HTMLElement>("[type=file]")?.click()),
      h("textarea#composer-input", 0, {
        rows: 1,
        maxlength: 1e4,
        enterkeyhint: "send",
        placeholder,
        "aria-label": placeholder,
        value: text(),
        oninput: typed(setText),
        onkeydown(event: KeyboardEvent) {
          // While an input method composes, Enter picks a candidate (229: how older browsers say so).
          if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
          event.preventDefault();
          submit();
        },
        onpaste: (event: ClipboardEvent) => receive(event, event.clipboardData),
      }),
      button("#composer-send w-go", icon(SEND), submit, { "aria-label": words.send, disabled: !canSend() }),
    ]),
  ]);

function receive(event: Event, data: DataTransfer | null): void {
  if (!data?.files[0]) return;
  event.preventDefault();
  addFiles(data.files);
}

/** Dropping files is a shortcut, the attach button does the same. */
export function drag(event: DragEvent): void {
  if (!field() || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  ui.entered_.is_dropping_ = event.type === "dragover";
  receive(event, event.dataTransfer);
  draw();
}
