import { assertNever } from "@parley/client";
import type { MailAdmin } from "@parley/protocol";
import type { Grant } from "./log-in";

/** The window in which somebody signs in; what happens there is the provider's affair. */
export interface SignInWindow {
  readonly isClosed: boolean;
  show(url: string): void;
  close(): void;
}

export interface SignInPorts {
  request: (body: MailAdmin.GrantRequest) => Promise<MailAdmin.GrantOffer>;
  state: (grant: string) => Promise<MailAdmin.GrantState>;
  /** Null: the browser does not allow it. */
  openWindow: () => SignInWindow | null;
  /** Whether asking again may help. */
  isPassing: (error: unknown) => boolean;
  /** The server knows the grant no longer. */
  isGone: (error: unknown) => boolean;
}

/** `gone`: closed, or the provider cut the window off from us, which looks the same from here. */
export type WindowState = "open" | "blocked" | "gone";

export type Failure = { kind: "refused"; sentence: string } | { kind: "expired" } | { kind: "trouble"; error: unknown };

export type SignInState =
  | { phase: "idle" }
  | { phase: "starting" }
  | { phase: "waiting"; grant: Grant; window: WindowState }
  | { phase: "granted"; grant: Grant }
  | { phase: "failed"; failure: Failure };

const ASK_EVERY_MS = 1_500;
/** A window changes pages; only one that stays closed is. */
const CLOSED_FOR_MS = 3_000;

/** One sign-in at a provider: opens its page in a window of its own and asks the server until it knows the outcome. */
export class SignInFlow {
  private run = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private window: SignInWindow | null = null;
  private closedSince: number | null = null;

  constructor(
    private readonly ports: SignInPorts,
    private readonly tell: (state: SignInState) => void,
  ) {}

  /** Called while the click is handled: later the browser would not let a window open. */
  async start(body: MailAdmin.GrantRequest): Promise<void> {
    const run = this.begin();
    this.window?.close();
    this.window = this.ports.openWindow();
    this.tell({ phase: "starting" });
    try {
      const { grant: id, url, expires_at } = await this.ports.request(body);
      if (run !== this.run) return;
      const { token_url, client_id } = body;
      this.window?.show(url);
      const grant = { id, url, expires_at, token_url, client_id, is_granted: false };
      this.wait(grant, this.window ? "open" : "blocked");
    } catch (error) {
      if (run !== this.run) return;
      this.window?.close();
      this.tell({ phase: "failed", failure: { kind: "trouble", error } });
    }
  }

  /** Goes on waiting for one that was begun before this part of the page was left. */
  resume(grant: Grant): void {
    this.begin();
    this.wait(grant, "open");
  }

  /** Asks no more. The window stays: somebody may be writing in it. */
  stop(): void {
    this.run++;
    clearTimeout(this.timer);
  }

  cancel(): void {
    this.stop();
    this.window?.close();
    this.tell({ phase: "idle" });
  }

  private begin(): number {
    this.stop();
    this.closedSince = null;
    return this.run;
  }

  private wait(grant: Grant, window: WindowState): void {
    this.tell({ phase: "waiting", grant, window });
    this.askLater(grant, window);
  }

  private askLater(grant: Grant, window: WindowState): void {
    this.timer = setTimeout(() => void this.ask(grant, window), ASK_EVERY_MS);
  }

  private async ask(grant: Grant, window: WindowState): Promise<void> {
    const { run } = this;
    const outcome = await this.outcomeOf(grant);
    if (run !== this.run) return;
    if (outcome === null) {
      if (window === "open" && this.isGone()) return this.wait(grant, "gone");
      return this.askLater(grant, window);
    }
    if (outcome.phase === "granted") this.window?.close();
    this.tell(outcome);
  }

  /** Null: not known yet. */
  private async outcomeOf(grant: Grant): Promise<SignInState | null> {
    if (Date.now() >= grant.expires_at) return failed({ kind: "expired" });
    try {
      const { state, error } = await this.ports.state(grant.id);
      switch (state) {
        case "waiting":
          return null;
        case "granted":
          return { phase: "granted", grant: { ...grant, is_granted: true } };
        case "failed":
          return failed({ kind: "refused", sentence: error });
        default:
          return assertNever(state);
      }
    } catch (error) {
      if (this.ports.isPassing(error)) return null;
      return failed(this.ports.isGone(error) ? { kind: "expired" } : { kind: "trouble", error });
    }
  }

  private isGone(): boolean {
    if (!this.window?.isClosed) {
      this.closedSince = null;
      return false;
    }
    this.closedSince ??= Date.now();
    return Date.now() - this.closedSince >= CLOSED_FOR_MS;
  }
}

function failed(failure: Failure): SignInState {
  return { phase: "failed", failure };
}
