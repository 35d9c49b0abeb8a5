import { Component } from "preact";
import type { Desk } from "../core/desk";
import { loadOlder } from "../core/history";
import { rate, skipRating } from "../core/rating";
import type { DeskState } from "../core/state";
import { unreadTotal } from "../core/thread";
import { upload } from "../core/upload";
import type { Id } from "../core/wire";
import type { Locale } from "../shared/locale";
import { Chat } from "./chat";
import { missingFields, StartForm } from "./form";
import { createFormat, type Format } from "./format";
import { Home } from "./home";
import { HOME, nextView, runningConversation, type View, type ViewEvent } from "./view";
import { WORDS } from "./words";

interface Props {
  desk: Desk;
  base: string;
  locale: Locale;
  onClose(): void;
  onUnread(count: number): void;
  /** The screen changed: the mount point moves the focus. */
  onScreen(): void;
}

interface State {
  desk: DeskState;
  view: View;
  is_open: boolean;
  /** Nobody has chosen a screen yet, so we may choose the running conversation. */
  is_fresh: boolean;
  /** "Start" was pressed before the inbox was known. */
  is_starting: boolean;
}

export class App extends Component<Props, State> {
  override state: State = {
    desk: this.props.desk.state,
    view: HOME,
    is_open: false,
    is_fresh: true,
    is_starting: false,
  };
  private readonly format: Format = createFormat(this.props.locale, WORDS[this.props.locale]);
  private drafts: Record<string, string> = {};

  override componentDidMount(): void {
    const { desk } = this.props;
    desk.hooks.changed = () => this.handleDesk();
    desk.hooks.moved = (from, to) => this.handleMoved(from, to);
    document.addEventListener("visibilitychange", this.updateReading);
  }

  show(): void {
    this.setState({ is_open: true });
    void this.props.desk.start();
    this.chooseScreen(this.props.desk.state);
  }

  hide(): void {
    this.setState({ is_open: false });
  }

  reset(): void {
    this.drafts = {};
    this.setState({ view: HOME, is_fresh: true });
    if (this.state.is_open) void this.props.desk.start();
  }

  override componentDidUpdate(_: Props, before: State): void {
    const { view, is_open } = this.state;
    const is_other = before.view.name !== view.name || (is_open && !before.is_open);
    if (is_other) this.props.onScreen();
    if (before.view !== view && view.name === "chat" && typeof view.id === "number") void this.props.desk.open(view.id);
    if (before.view !== view || before.is_open !== is_open) this.updateReading();
  }

  private handleDesk(): void {
    const { desk } = this.props;
    const before = this.state.desk;
    this.setState({ desk: desk.state });
    this.props.onUnread(unreadTotal(desk.state.conversations));
    if (before.phase === "starting" && desk.state.phase === "ready") {
      if (this.state.is_starting) this.start();
      else if (this.state.is_open) this.chooseScreen(desk.state);
    }
  }

  private handleMoved(from: Id | string, to: Id | string): void {
    const draft = this.drafts[String(from)];
    if (draft) this.drafts[String(to)] = draft;
    this.dispatch({ type: "moved", from, to });
  }

  private dispatch(event: ViewEvent): void {
    this.setState((state) => ({
      view: nextView(state.view, event),
      // That a conversation got its id is not a choice of the visitor's.
      is_fresh: state.is_fresh && event.type === "moved",
    }));
  }

  /** Whoever has a conversation under way, or something new to read, sees it at once. */
  private chooseScreen(desk: DeskState): void {
    if (!this.state.is_fresh) return;
    const id = runningConversation(desk);
    if (id !== null) this.dispatch({ type: "show", id });
  }

  private start = () => {
    const { phase, inbox, customer } = this.props.desk.state;
    if (!inbox && (phase === "starting" || phase === "idle"))
      return this.setState({ is_starting: true, is_fresh: false });
    this.setState({ is_starting: false });
    const needs_form = missingFields(inbox, customer).length > 0;
    this.dispatch({ type: "start", needs_form, is_away: inbox?.is_open === false });
  };

  private updateReading = () => {
    const { view, is_open } = this.state;
    const is_seen = is_open && view.name === "chat" && document.visibilityState === "visible";
    this.props.desk.setReading(is_seen && typeof view.id === "number" ? view.id : null);
  };

  private renderChat(view: View & { name: "chat" }) {
    const { desk, base, onClose } = this.props;
    const { id } = view;
    const real = typeof id === "number" ? id : null;
    const send: Chat["props"]["onSend"] = (text, attachments) => {
      const shown_as = desk.send(id, text, attachments, view.who);
      if (id === null) this.dispatch({ type: "show", id: shown_as });
    };
    return (
      <Chat
        desk={this.state.desk}
        id={id}
        base={base}
        format={this.format}
        draft={this.drafts[String(id)] ?? ""}
        begin={(file, progress) => upload(base, desk.api.token ?? "", file, progress)}
        onBack={() => this.dispatch({ type: "back" })}
        onClose={onClose}
        onStart={this.start}
        onSend={send}
        onTyping={(is_typing) => real !== null && desk.typing(real, is_typing)}
        onDraft={(text) => Object.assign(this.drafts, { [String(id)]: text })}
        onOlder={async () => (real === null ? undefined : loadOlder(desk, real))}
        onRetry={(client_id) => desk.retry(client_id)}
        onRate={(rated, score, comment) => rate(desk, rated, score, comment)}
        onSkipRating={(rated) => skipRating(desk, rated)}
      />
    );
  }

  override render() {
    const { desk, onClose } = this.props;
    const { view } = this.state;
    const shared = { format: this.format, onClose };
    if (view.name === "chat") return this.renderChat(view);
    if (view.name === "home")
      return (
        <Home
          desk={this.state.desk}
          onStart={this.start}
          onShow={(id) => this.dispatch({ type: "show", id })}
          {...shared}
        />
      );
    return (
      <StartForm
        inbox={this.state.desk.inbox}
        customer={this.state.desk.customer}
        is_away={view.is_away}
        onBack={() => this.dispatch({ type: "back" })}
        onDone={(who, text) => {
          this.dispatch({ type: "filled", who });
          if (text !== null) this.dispatch({ type: "show", id: desk.send(null, text, [], who) });
        }}
        {...shared}
      />
    );
  }
}
