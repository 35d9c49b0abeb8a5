import { Component, createRef } from "preact";
import type { Upload } from "../core/upload";
import type { Attachment } from "../core/wire";
import { Files } from "./files";
import type { Format } from "./format";
import { Icon } from "./icons";
import { Tray } from "./tray";

interface Props {
  format: Format;
  placeholder: string;
  draft: string;
  max_bytes: number;
  begin(file: File, progress: (share: number) => void): Upload;
  onDraft(text: string): void;
  onTyping(is_typing: boolean): void;
  onSend(text: string, attachments: Attachment[]): void;
}

interface State {
  text: string;
}

export class Composer extends Component<Props, State> {
  override state: State = { text: this.props.draft };
  private readonly input = createRef<HTMLTextAreaElement>();
  private readonly picker = createRef<HTMLInputElement>();
  private readonly tray = new Tray(this.props.begin, () => this.setState({}));

  addFiles(files: Iterable<File>): void {
    this.tray.add(files, this.props.max_bytes);
  }

  override componentDidMount(): void {
    this.fit();
  }

  override componentDidUpdate(): void {
    this.fit();
  }

  /** The field grows with its text up to the height its style allows. */
  private fit(): void {
    const input = this.input.current;
    if (!input) return;
    input.style.height = "auto";
    if (input.scrollHeight) input.style.height = `${input.scrollHeight}px`;
  }

  private get can_send(): boolean {
    return !this.tray.is_busy && (this.state.text.trim() !== "" || this.tray.items.length > 0);
  }

  private setText(text: string): void {
    this.setState({ text });
    this.props.onDraft(text);
    this.props.onTyping(text !== "");
  }

  private send = () => {
    if (!this.can_send) return;
    this.props.onSend(this.state.text.trim(), this.tray.take());
    this.setText("");
    this.input.current?.focus();
  };

  private handleKey = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks a candidate (229: how older browsers say so).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  };

  private handlePaste = (event: ClipboardEvent) => {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    this.addFiles(files);
  };

  private handlePick = () => {
    const picker = this.picker.current;
    this.addFiles(picker?.files ?? []);
    // Otherwise the same file could not be picked a second time.
    if (picker) picker.value = "";
  };

  override render() {
    const { format, placeholder, max_bytes } = this.props;
    const { words } = format;
    return (
      <div class="foot">
        <Files tray={this.tray} format={format} max_bytes={max_bytes} />
        <div class="compose">
          <input ref={this.picker} type="file" multiple hidden data-testid="file-input" onChange={this.handlePick} />
          <button
            class="icon"
            type="button"
            aria-label={words.attach}
            data-testid="attach"
            onClick={() => this.picker.current?.click()}
          >
            <Icon name="clip" />
          </button>
          <textarea
            ref={this.input}
            rows={1}
            maxLength={10_000}
            enterkeyhint="send"
            placeholder={placeholder}
            aria-label={placeholder}
            data-testid="composer-input"
            data-focus
            value={this.state.text}
            onInput={(event) => this.setText(event.currentTarget.value)}
            onKeyDown={this.handleKey}
            onPaste={this.handlePaste}
          />
          <button
            class="go"
            type="button"
            aria-label={words.send}
            data-testid="composer-send"
            disabled={!this.can_send}
            onClick={this.send}
          >
            <Icon name="send" />
          </button>
        </div>
      </div>
    );
  }
}
