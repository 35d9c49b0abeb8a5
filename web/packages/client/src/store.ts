import { type Input, reduce } from "./reducer";
import { type DeskState, emptyState } from "./state";

export const FLUSH_FOCUSED_MS = 100;
export const FLUSH_HIDDEN_MS = 1000;

export interface StoreTimers {
  setTimer: (run: () => void, ms: number) => number;
  clearTimer: (id: number) => void;
  isHidden: () => boolean;
  now: () => number;
}

/** Holds the state and tells listeners by topic. It knows nothing of React, the network or the screen. */
export class Store {
  state: DeskState = emptyState();
  private queue: Input[] = [];
  private timer = 0;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private readonly topics = new Map<string, Set<() => void>>();

  constructor(private readonly timers: StoreTimers) {}

  reset(meId: number): void {
    this.queue = [];
    this.state = emptyState(meId);
    for (const topic of this.topics.keys()) this.notify(topic);
  }

  /** For our own actions and answers: applied at once, after what was already waiting. */
  dispatch(...inputs: Input[]): void {
    this.queue.push(...inputs);
    this.flush();
  }

  /**
   * For what streams in: applied together, ten times a second while somebody looks. Urgent things do not wait for that
   * time to pass, unless there are so many that they would be applied more often.
   */
  enqueue(input: Input, isUrgent: boolean): void {
    this.queue.push(input);
    const isQuiet = this.timers.now() - this.flushedAt >= FLUSH_FOCUSED_MS;
    if (isUrgent && isQuiet) this.flush();
    else if (this.timer === 0 || isUrgent) this.flushIn(this.waitMs(isUrgent));
  }

  private waitMs(isUrgent: boolean): number {
    if (isUrgent) return this.flushedAt + FLUSH_FOCUSED_MS - this.timers.now();
    return this.timers.isHidden() ? FLUSH_HIDDEN_MS : FLUSH_FOCUSED_MS;
  }

  private flushIn(ms: number): void {
    if (this.timer !== 0) this.timers.clearTimer(this.timer);
    this.timer = this.timers.setTimer(() => this.flush(), ms);
  }

  flush(): void {
    if (this.timer !== 0) this.timers.clearTimer(this.timer);
    this.timer = 0;
    if (this.queue.length === 0) return;
    this.flushedAt = this.timers.now();
    const inputs = this.queue;
    this.queue = [];
    const { state, touched } = reduce(this.state, inputs);
    this.state = state;
    for (const topic of touched) this.notify(topic);
  }

  subscribe(topic: string, listener: () => void): () => void {
    const set = this.topics.get(topic) ?? new Set();
    this.topics.set(topic, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.topics.get(topic) === set) this.topics.delete(topic);
    };
  }

  private notify(topic: string): void {
    const set = this.topics.get(topic);
    if (set) for (const listener of [...set]) listener();
  }
}
