import { Component, createRef } from "preact";
import type { DeskState } from "../core/state";
import { pendingFor } from "../core/thread";
import type { Upload } from "../core/upload";
import type { Attachment, Conversation, Id } from "../core/wire";
import { Composer } from "./composer";
import type { Format } from "./format";
import { Icon } from "./icons";
import { Log } from "./log";
import { By, Header } from "./parts";
import { QueueCard } from "./queue";
import { RatingCard } from "./rating";
import { buildRows } from "./rows";

export interface ChatActions {
  onBack(): void;
  onClose(): void;
  onStart(): void;
  onSend(text: string, attachments: Attachment[]): void;
  onTyping(is_typing: boolean): void;
  onDraft(text: string): void;
  onOlder(): Promise<void>;
  onRetry(client_id: string): void;
  onRate(id: Id, score: number, comment: string): Promise<boolean>;
  onSkipRating(id: Id): void;
  begin(file: File, progress: (share: number) => void): Upload;
}

interface Props extends ChatActions {
  desk: DeskState;
  id: Id | string | null;
  base: string;
  draft: string;
  format: Format;
}

interface State {
  /** The visitor wants to go on in a conversation that was closed. */
  is_reopening: boolean;
  is_dropping: boolean;
}

export class Chat extends Component<Props, State> {
  override state: State = { is_reopening: false, is_dropping: false };
  private readonly composer = createRef<Composer>();

  private header(it: Conversation | null): { title: string; hint: string } {
    const { words } = this.props.format;
    if (it?.state === "closed") return { title: words.closedTitle, hint: words.closedHint };
    if (it?.agent) return { title: it.agent.name, hint: it.agent.is_online ? words.isHere : words.isAway };
    return it?.state === "queued"
      ? { title: words.waitTitle, hint: words.waitHint }
      : { title: words.newTitle, hint: words.newHint };
  }

  private handleDrag = (event: DragEvent) => {
    const has_files = event.dataTransfer?.types.includes("Files") ?? false;
    if (!has_files || !this.composer.current) return;
    event.preventDefault();
    this.setState({ is_dropping: event.type === "dragover" });
    if (event.type === "drop") this.composer.current.addFiles(event.dataTransfer?.files ?? []);
  };

  private cards(it: Conversation | null) {
    const { desk, format, onRate, onSkipRating } = this.props;
    const { words } = format;
    const { inbox } = desk;
    if (inbox?.is_open === false && it && it.state !== "closed")
      return <p class="mark">{inbox.opens_at ? words.awayUntil(format.moment(inbox.opens_at)) : words.awayHint}</p>;
    if (it?.state === "queued" && it.queue) return <QueueCard position={it.queue.position} words={words} />;
    if (it?.state !== "closed") return null;
    if (it.rating) return <p class="mark">{words.thanks}</p>;
    if (!it.can_rate || desk.unrated.includes(it.id)) return null;
    return (
      <RatingCard
        name={it.agent?.name ?? ""}
        words={words}
        onRate={(score, comment) => onRate(it.id, score, comment)}
        onSkip={() => onSkipRating(it.id)}
      />
    );
  }

  private foot(it: Conversation | null) {
    const { props } = this;
    const { words } = props.format;
    if (it?.state === "closed" && !this.state.is_reopening)
      return (
        <div class="foot ended">
          <button
            class={it.can_rate ? "btn second" : "btn primary"}
            type="button"
            data-testid="start-again"
            onClick={props.onStart}
          >
            {words.startAgain}
          </button>
          <button
            class="btn quiet"
            type="button"
            data-testid="reopen"
            onClick={() => this.setState({ is_reopening: true })}
          >
            {words.goOn}
          </button>
        </div>
      );
    return (
      <Composer
        ref={this.composer}
        format={props.format}
        placeholder={it?.state === "queued" ? words.writeWait : words.write}
        draft={props.draft}
        max_bytes={props.desk.inbox?.upload_max_bytes ?? Number.POSITIVE_INFINITY}
        begin={props.begin}
        onDraft={props.onDraft}
        onTyping={props.onTyping}
        onSend={(text, attachments) => {
          this.setState({ is_reopening: false });
          props.onSend(text, attachments);
        }}
      />
    );
  }

  override render() {
    const { desk, id, base, format, onBack, onClose, onOlder, onRetry } = this.props;
    const { words } = format;
    const it = desk.conversations.find((conversation) => conversation.id === id) ?? null;
    const thread = it ? desk.threads[it.id] : undefined;
    const messages = thread?.messages ?? [];
    const rows = buildRows(messages, pendingFor(desk.pending, id, messages), it, format);
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is a shortcut, the attach button does the same
      <div class="chat" onDragOver={this.handleDrag} onDragLeave={this.handleDrag} onDrop={this.handleDrag}>
        <Header words={words} {...this.header(it)} agent={it?.agent ?? null} onBack={onBack} onClose={onClose} />
        {desk.is_offline && (
          <p class="banner" role="status" data-testid="offline-banner">
            <Icon name="offline" />
            {words.offline}
          </p>
        )}
        <Log
          rows={rows}
          base={base}
          format={format}
          is_offline={desk.is_offline}
          has_more={thread?.has_more ?? false}
          typing={it && it.state !== "closed" ? (desk.typing[it.id] ?? null) : null}
          onOlder={onOlder}
          onRetry={onRetry}
        >
          {this.cards(it)}
        </Log>
        {this.foot(it)}
        <By words={words} />
        {this.state.is_dropping && <p class="drop">{words.drop}</p>}
      </div>
    );
  }
}
