import { Component, type ComponentChildren, createRef } from "preact";
import { MessageBubble } from "./bubble";
import type { Format } from "./format";
import type { Row } from "./rows";

interface Props {
  rows: Row[];
  base: string;
  format: Format;
  is_offline: boolean;
  has_more: boolean;
  typing: string | null;
  /** Cards below the newest message. */
  children?: ComponentChildren;
  onOlder(): Promise<void>;
  onRetry(client_id: string): void;
}

/** How far from the end, in pixels, still counts as reading the newest message. */
const NEAR = 60;

/** The messages. Stays at the newest one unless the visitor has scrolled up to read. */
export class Log extends Component<Props> {
  private readonly box = createRef<HTMLDivElement>();
  private is_at_end = true;
  private watch: ResizeObserver | null = null;

  override componentDidMount(): void {
    this.toEnd();
    // The panel is laid out, and images get their size, after the messages were drawn.
    this.watch = new ResizeObserver(() => this.toEnd());
    if (this.box.current) this.watch.observe(this.box.current);
  }

  override componentWillUnmount(): void {
    this.watch?.disconnect();
  }

  override componentDidUpdate(before: Props): void {
    const { rows } = this.props;
    const last = rows.at(-1);
    const is_own_new =
      last !== undefined &&
      last.kind === "bubble" &&
      last.delivery === "sending" &&
      last.key !== before.rows.at(-1)?.key;
    if (is_own_new) this.is_at_end = true;
    this.toEnd();
  }

  private toEnd(): void {
    const box = this.box.current;
    if (box && this.is_at_end) box.scrollTop = box.scrollHeight;
  }

  private handleScroll = () => {
    const box = this.box.current;
    if (box?.clientHeight) this.is_at_end = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  };

  /** Older messages are put above; what the visitor was looking at stays where it is. */
  private handleOlder = async () => {
    const box = this.box.current;
    const below = box ? box.scrollHeight - box.scrollTop : 0;
    this.is_at_end = false;
    await this.props.onOlder();
    if (box) box.scrollTop = box.scrollHeight - below;
  };

  override render() {
    const { rows, format, typing, has_more, children, base, is_offline, onRetry } = this.props;
    const { words } = format;
    return (
      <div
        ref={this.box}
        class="body log"
        role="log"
        aria-live="polite"
        aria-label={words.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={this.handleScroll}
      >
        {has_more && (
          <button class="btn quiet older" type="button" data-testid="older" onClick={this.handleOlder}>
            {words.earlier}
          </button>
        )}
        {rows.map((row) =>
          row.kind === "bubble" ? (
            <MessageBubble
              key={row.key}
              row={row}
              base={base}
              format={format}
              is_offline={is_offline}
              onRetry={onRetry}
            />
          ) : (
            <p key={row.key} class="mark">
              {row.text}
            </p>
          ),
        )}
        {children}
        {typing !== null && (
          <p class="typing" data-testid="typing-indicator">
            <i />
            <i />
            <i />
            <span class="sr">{words.typing(typing || words.support)}</span>
          </p>
        )}
      </div>
    );
  }
}
