import {
  type Attachment,
  type DraftKind,
  decode,
  isRecord,
  type OutgoingMail,
  type ReplyChannel,
  type ReplyGuard,
  type Sent,
  type TicketState,
} from "@parley/protocol";
import { backoffDelay } from "./backoff";
import { Emitter } from "./emitter";
import { ApiError, isTransient } from "./errors";
import { newKey } from "./ids";

export type OutboxPhase = "queued" | "sending" | "failed" | "guarded";

export interface OutboxEntry {
  clientId: string;
  ticketId: number;
  kind: DraftKind;
  /** Where the agent had a choice; null: the ticket's own. */
  channel: ReplyChannel | null;
  text: string;
  /** Of an e-mail, what its text does not say. */
  mail: OutgoingMail | null;
  attachments: readonly Attachment[];
  seenVersion: number;
  isForced: boolean;
  nextState: TicketState | null;
  /** The change of state that went with it was taken back: what the ticket returns to if it happened all the same. */
  undoneTo: TicketState | null;
  createdAt: number;
  phase: OutboxPhase;
  errorCode: string | null;
  /** Pointer to the field that was refused, where it was one. */
  errorPath: string | null;
  guard: ReplyGuard | null;
}

export type NewEntry = Pick<OutboxEntry, "ticketId" | "kind" | "text" | "attachments" | "seenVersion" | "nextState"> & {
  isForced?: boolean;
  channel?: ReplyChannel | null;
  mail?: OutgoingMail | null;
};

export interface OutboxOptions {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> & { keys: () => string[] };
  prefix: string;
  post: (entry: OutboxEntry) => Promise<Sent>;
  onSent: (outcome: Sent, entry: OutboxEntry) => void;
  setTimer: (run: () => void, ms: number) => number;
  clearTimer: (id: number) => void;
  now: () => number;
}

const NONE: readonly OutboxEntry[] = [];
const RELEASED = { isForced: true, phase: "queued", errorCode: null, errorPath: null, guard: null } as const;

/** Of one ticket's entries, those the reply guard holds. */
export function heldOf(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  return entries[0]?.phase === "guarded" ? entries : NONE;
}

/**
 * What is written but not yet confirmed. Entries survive a reload; one ticket's entries go out strictly in order, so what
 * stands behind a held or failed one waits; a retry keeps the client id, so the server never stores a reply twice.
 */
export class Outbox {
  readonly changed = new Emitter<number>();
  private readonly byTicket = new Map<number, readonly OutboxEntry[]>();
  private readonly busy = new Set<number>();
  private attempt = 0;
  private timer = 0;

  constructor(private readonly options: OutboxOptions) {
    for (const entry of this.load()) this.place([...this.entries(entry.ticketId), entry], entry.ticketId);
  }

  entries(ticketId: number): readonly OutboxEntry[] {
    return this.byTicket.get(ticketId) ?? NONE;
  }

  /** What the reply guard holds: the refused one and everything written after it. */
  held(ticketId: number): readonly OutboxEntry[] {
    return heldOf(this.entries(ticketId));
  }

  /** What goes out by itself as soon as there is a line. */
  get waitingCount(): number {
    let count = 0;
    for (const entries of this.byTicket.values()) {
      if (heldOf(entries).length > 0) continue;
      count += entries.filter((entry) => entry.phase === "queued" || entry.phase === "sending").length;
    }
    return count;
  }

  add(draft: NewEntry): OutboxEntry {
    const before = this.entries(draft.ticketId);
    const entry: OutboxEntry = {
      ...draft,
      isForced: draft.isForced ?? false,
      channel: draft.channel ?? null,
      mail: draft.mail ?? null,
      undoneTo: null,
      clientId: newKey(),
      // The clock may be set back between two messages; their order may not.
      createdAt: Math.max(this.options.now(), (before.at(-1)?.createdAt ?? 0) + 1),
      phase: "queued",
      errorCode: null,
      errorPath: null,
      guard: null,
    };
    this.save(entry);
    this.place([...before, entry], entry.ticketId);
    void this.work(entry.ticketId);
    return entry;
  }

  /** "Send anyway": everything the guard holds goes out in the order it was written. */
  release(ticketId: number): void {
    const held = this.held(ticketId);
    if (held.length === 0) return;
    const entries = held.map((entry): OutboxEntry => ({ ...entry, ...RELEASED }));
    for (const entry of entries) this.save(entry);
    this.place(entries, ticketId);
    void this.work(ticketId);
  }

  /** Another wording for a message that is not under way; it keeps its place. */
  edit(clientId: string, text: string): void {
    const entry = this.find(clientId);
    if (entry && entry.phase !== "sending") this.change(entry, { text });
  }

  /** Goes again under the same client id, unless the server said a clear no to that one. */
  retry(clientId: string): void {
    const entry = this.find(clientId);
    if (!entry) return;
    const isRefused = entry.phase === "failed" && entry.errorCode !== null;
    const next: OutboxEntry = {
      ...entry,
      clientId: isRefused ? newKey() : entry.clientId,
      phase: "queued",
      errorCode: null,
      errorPath: null,
      guard: null,
    };
    this.forget(entry);
    this.save(next);
    this.swap(entry, next);
    void this.work(entry.ticketId);
  }

  discard(clientId: string): OutboxEntry | null {
    const entry = this.find(clientId);
    if (!entry) return null;
    this.forget(entry);
    this.swap(entry, null);
    void this.work(entry.ticketId);
    return entry;
  }

  /**
   * The message goes without its change of state. One that is on its way, or was once and whose answer was lost, may change
   * it all the same; `onSent` then finds `undoneTo`. False: the message is no longer here.
   */
  undoState(clientId: string, before: TicketState): boolean {
    const entry = this.find(clientId);
    if (!entry) return false;
    this.change(entry, { nextState: null, undoneTo: before });
    return true;
  }

  /** The connection is back: try everything that waits, at once. */
  kick(): void {
    this.attempt = 0;
    this.options.clearTimer(this.timer);
    for (const ticketId of [...this.byTicket.keys()]) void this.work(ticketId);
  }

  /** The stream brought the message before our own answer did. Only that answer says whether something is to be undone. */
  confirm(clientId: string): void {
    const entry = this.find(clientId);
    if (entry && entry.undoneTo === null) this.remove(entry);
  }

  private async work(ticketId: number): Promise<void> {
    if (this.busy.has(ticketId)) return;
    const entry = this.entries(ticketId)[0];
    if (entry?.phase !== "queued") return;
    this.busy.add(ticketId);
    const sending: OutboxEntry = { ...entry, phase: "sending" };
    this.swap(entry, sending);
    let canGoOn = true;
    try {
      const outcome = await this.options.post(sending);
      this.attempt = 0;
      const sent = this.find(sending.clientId);
      this.options.onSent(outcome, sent ?? sending);
      if (sent) this.remove(sent);
    } catch (error) {
      canGoOn = this.refused(sending, error);
    }
    this.busy.delete(ticketId);
    if (canGoOn) void this.work(ticketId);
  }

  private refused(entry: OutboxEntry, error: unknown): boolean {
    if (isTransient(error)) {
      this.change(entry, { phase: "queued" });
      this.options.clearTimer(this.timer);
      const delay = backoffDelay(this.attempt++);
      this.timer = this.options.setTimer(() => this.retryAll(), delay);
      return false;
    }
    const guard = error instanceof ApiError && error.code === "reply_guard" ? readGuard(error) : null;
    if (guard) this.change(entry, { phase: "guarded", guard, errorCode: "reply_guard" });
    else if (error instanceof ApiError) {
      this.change(entry, { phase: "failed", errorCode: error.reason, errorPath: error.errors[0]?.path ?? null });
    } else this.change(entry, { phase: "failed", errorCode: "internal" });
    return false;
  }

  private retryAll(): void {
    for (const ticketId of [...this.byTicket.keys()]) void this.work(ticketId);
  }

  private change(entry: OutboxEntry, patch: Partial<OutboxEntry>): void {
    const current = this.find(entry.clientId);
    if (!current) return;
    const next = { ...current, ...patch };
    this.save(next);
    this.swap(current, next);
  }

  private remove(entry: OutboxEntry): void {
    this.forget(entry);
    this.swap(entry, null);
  }

  private swap(old: OutboxEntry, next: OutboxEntry | null): void {
    const entries = this.entries(old.ticketId).flatMap((entry) =>
      entry.clientId === old.clientId ? (next ? [next] : []) : [entry],
    );
    this.place(entries, old.ticketId);
  }

  private place(entries: readonly OutboxEntry[], ticketId: number): void {
    if (entries.length > 0) this.byTicket.set(ticketId, entries);
    else this.byTicket.delete(ticketId);
    this.changed.emit(ticketId);
  }

  private find(clientId: string): OutboxEntry | null {
    for (const entries of this.byTicket.values()) {
      const found = entries.find((entry) => entry.clientId === clientId);
      if (found) return found;
    }
    return null;
  }

  private save(entry: OutboxEntry): void {
    try {
      this.options.storage.setItem(this.options.prefix + entry.clientId, JSON.stringify({ ...entry, guard: null }));
    } catch {
      // Storage full or forbidden: the entry still lives in memory.
    }
  }

  private forget(entry: OutboxEntry): void {
    try {
      this.options.storage.removeItem(this.options.prefix + entry.clientId);
    } catch {
      // Same as above.
    }
  }

  private load(): OutboxEntry[] {
    const { storage, prefix } = this.options;
    const found: OutboxEntry[] = [];
    for (const key of storage.keys().filter((name) => name.startsWith(prefix))) {
      const entry = readEntry(storage.getItem(key));
      if (entry) found.push(entry);
      else storage.removeItem(key);
    }
    return found.sort((a, b) => a.createdAt - b.createdAt);
  }
}

function readGuard(error: ApiError): ReplyGuard | null {
  try {
    return decode.replyGuard(error.problem.body, "");
  } catch {
    return null;
  }
}

/** After a reload a message that was on its way counts as waiting; repeating it is harmless. */
function readEntry(raw: string | null): OutboxEntry | null {
  try {
    const value: unknown = JSON.parse(raw ?? "");
    if (!isRecord(value)) return null;
    const stored = decode.outboxEntry(value, "");
    const phase = stored.phase === "failed" ? "failed" : "queued";
    return { ...stored, phase, guard: null };
  } catch {
    return null;
  }
}
