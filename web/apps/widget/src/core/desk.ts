/** Everything the widget knows and does, without a pixel. */
import { is_zh, key } from "../host";
import { type Colours, readable } from "../shared/accent";
import type { Identity } from "../shared/bridge";
import { call, session } from "./api";
import { alone, backoff, newId, page } from "./basics";
import { readVisit, VISITOR, writeVisit } from "./cache";
import { decodeConversation, decodeInbox, decodePage, list, record } from "./decode";
import { addMessages, refetch, replace, sync } from "./history";
import { connect, hangUp, link, lose, tell, wakeLink } from "./link";
import { items, mark, OUTBOX, put } from "./outbox";
import { flush, settle } from "./sender";
import { type DeskState, emptyState, find, hooks, IDLE, OUT_OF_REACH, READY, REFUSED, STARTING, state } from "./state";
import { countMessage, later } from "./thread";
import { full, write } from "./vault";
import type { Attachment, Conversation, Cursor, Customer, Frame, Id, Page, Who } from "./wire";

type Timer = ReturnType<typeof setTimeout>;

export let colours: Colours | null | undefined;
let identity: Identity | undefined;
let external_id: string | null | undefined;
let reading: Id | null = null;
let last_thread: Id | null | undefined;
let read_up_to: Record<Id, Id> = {};
let attempt = 0;
let epoch = 0;
let typed_at = 0;
let start_timer: Timer;
let blink_timer: Timer;
let save_timer: Timer;

export function changed(): void {
  clearTimeout(save_timer);
  if (state.phase_) save_timer = setTimeout(save, 200);
  markRead();
  hooks.changed_();
}

function update(patch: Partial<DeskState>): void {
  Object.assign(state, patch);
  changed();
}

export const outboxChanged = () => update({ pending_: items() });

export function save(): void {
  clearTimeout(save_timer);
  if (session.token_)
    writeVisit({
      token: session.token_,
      cursor: link.cursor_,
      external_id,
      colours,
      conversations: state.conversations_,
      thread_id: last_thread,
      thread: state.threads_[last_thread ?? 0],
      unrated: state.unrated_,
    });
}

// -------------------------------------------------------------------- session

/** Asks for a session, as long as the visitor is the same; the answer to another one is thrown away. */
async function ask(mine: number, who?: Identity): Promise<void> {
  const stored = readVisit();
  const answer = await call("session", {
    inbox_key: key,
    visitor_token: stored.token,
    identity: who,
    locale: is_zh ? "zh-CN" : "en",
    page: page(),
  });
  const [is_ok, body, status] = answer;
  if (mine !== epoch) return;
  if (!is_ok && stored.token && (status === 401 || status === 404)) {
    // The desk does not know this visitor any more. (Not erased: that would tell other tabs that he has logged out.)
    write(VISITOR, {});
    return ask(mine, who);
  }
  if (who && status > 399 && status < 404) {
    console.warn("Parley: wrong hmac");
    return ask(mine);
  }
  const inbox = decodeInbox(body.inbox);
  if (is_ok && inbox) {
    session.token_ = `${body.visitor_token}`;
    external_id = who?.external_id ?? stored.external_id;
    writeVisit({ ...stored, token: session.token_, external_id });
    colours = readable(inbox.accent);
    const conversations_ = list(body.conversations, decodeConversation);
    // A visitor the desk did not know any more comes back as a new one, without the old conversations.
    if (!conversations_.some((it) => it.id === last_thread)) {
      last_thread = null;
      state.threads_ = {};
    }
    attempt = 0;
    online();
    update({
      phase_: READY,
      inbox_: inbox,
      workspace_: `${record(body.workspace).name ?? ""}`,
      customer_: (body.customer ?? null) as Customer | null,
      conversations_,
    });
    link.cursor_ = body.socket_cursor as Cursor;
    connect();
    if (last_thread) void sync(last_thread);
    flush();
  } else if (is_ok || (status > 399 && status < 429)) update({ phase_: REFUSED });
  else {
    start_timer = setTimeout(start, backoff(attempt++));
    cutOff(0);
    update({ phase_: OUT_OF_REACH });
  }
}

export async function start(): Promise<void> {
  if (state.phase_ === STARTING || state.phase_ === READY) return;
  clearTimeout(start_timer);
  update({ phase_: STARTING });
  const mine = ++epoch;
  // Under a lock, so that two tabs opened at once become one visitor.
  await alone("session", () => ask(mine, identity));
}

/** Somebody has chatted from this browser before. */
export const isKnown = (): boolean => !!readVisit().token;

/** A visitor with a known name keeps one session; another name never sees the first one's words. */
export function identify(wanted: Identity): void {
  identity = wanted;
  if (external_id === wanted.external_id) return;
  if (external_id) forget();
  else if (state.phase_) update({ phase_: IDLE });
}

export function logout(): void {
  identity = undefined;
  forget();
}

/** Told by another tab, the storage is left alone: somebody else may have begun to use it. */
function forget(is_told = false): void {
  epoch++;
  hangUp();
  session.token_ = external_id = last_thread = null;
  if (!is_told) for (const name of [VISITOR, OUTBOX]) write(name);
  read_up_to = {};
  clearTimeout(start_timer);
  clearTimeout(blink_timer);
  update(emptyState());
}

/** The token is not known any more. What was typed stays in the outbox for the next session. */
export function renew(): void {
  session.token_ = last_thread = null;
  writeVisit({ colours, conversations: [], unrated: [] });
  update({ phase_: OUT_OF_REACH, conversations_: [], threads_: {} });
  void start();
}

// --------------------------------------------------------------- conversation

/** Returns what the message is shown under until the server names the conversation. */
export function send(to: Id | string | null, text: string, attachments: Attachment[], who: Who = {}): Id | string {
  const client_id = newId();
  const target = to ?? client_id;
  put([...items(), { client_id, to: target, text, attachments, who, at: Date.now(), has_failed: false }]);
  outboxChanged();
  flush();
  return target;
}

export function retry(client_id: string): void {
  mark(client_id, false);
  outboxChanged();
  flush();
}

/** The conversation on the screen (null: none, or nobody looks). */
export function setReading(id: Id | null): void {
  if (reading === id) return;
  reading = id;
  changed();
}

export async function show(id: Id): Promise<void> {
  last_thread = id;
  // Otherwise the session, once there is one, brings it.
  if (session.token_) await sync(id);
}

export function typing(id: Id, is_typing: boolean): void {
  const now = Date.now();
  if (is_typing && now - typed_at < 3e3) return;
  typed_at = is_typing ? now : 0;
  tell({ type: "typing", conversation_id: id, is_typing });
}

/** False: it did not arrive and may be tried again. */
export async function rate(id: Id, score: number, comment: string): Promise<boolean> {
  const [is_ok, body] = await call(`conversations/${id}/rating`, { score, comment: comment || undefined });
  const { conversation_: conversation } = decodePage(body);
  if (!is_ok || !conversation) return false;
  replace(conversation);
  changed();
  return true;
}

export function skipRating(id: Id): void {
  state.unrated_.push(id);
  changed();
}

function markRead(): void {
  const it = find(reading);
  const last = it && state.threads_[it.id]?.messages.at(-1)?.id;
  if (!last || state.phase_ !== READY || !it.unread_count) return;
  const { id } = it;
  it.unread_count = 0;
  if (later(read_up_to[id], 0) >= last) return;
  read_up_to[id] = last;
  void call(`conversations/${id}/read`, { message_id: last }).then(([is_ok]) => {
    if (!is_ok) delete read_up_to[id];
  });
}

// ------------------------------------------------------------------- arrivals

export function apply(posted: Page): void {
  const { conversation_: incoming, message_: message } = posted;
  if (!incoming) return;
  const { id } = incoming;
  const is_new = !find(id);
  replace(incoming);
  if (message) {
    countMessage(find(id) ?? incoming, message);
    // Only a thread that is loaded from its start or its tail may grow; into any other the message would leave a gap.
    if (is_new || state.threads_[id]) addMessages(id, [message]);
    if (message.client_id) settle(message.client_id, id);
  }
  outboxChanged();
  if (message) hooks.arrived_(posted);
}

/** One frame of the socket. Types we do not know are for somebody else or for a later version. */
link.frame_ = ({ type, payload }: Frame) => {
  const { conversation_id: id = 0, message_id, by, agent, position, agents_online, author, is_typing } = payload;
  // What concerns a conversation we do not know is written to nobody's account.
  const it = find(id) ?? ({} as Conversation);
  if (type === "event") {
    const event = decodePage(payload);
    const { conversation_: conversation, message_: message } = event;
    if (conversation && message?.author.kind === "agent") {
      delete state.typing_[conversation.id];
      tell({ type: "delivered", conversation_id: conversation.id, message_id: message.id });
    }
    apply(event);
  }
  if (type === "typing" && author?.kind !== "customer") {
    // The dots end by themselves: the frame that would end them may be lost.
    state.typing_[id] = [author?.name ?? "", is_typing ? Date.now() + 6e3 : 0];
    setTimeout(changed, 6e3);
  }
  if (type === "read" || type === "delivered") {
    const mark = `agent_${type}_message_id` as const;
    if (by === "agent") it[mark] = later(it[mark], message_id);
    else if (type === "read") it.unread_count = 0;
  }
  if (type === "queue") it.queue = position == null ? null : { position };
  if (type === "presence") {
    if (state.inbox_) state.inbox_.agents_online = agents_online ?? state.inbox_.agents_online;
    for (const { agent: other } of state.conversations_)
      if (agent && other?.id === agent.id) other.is_online = agent.is_online;
  }
  if (type === "reset") void refetch();
  changed();
};

/** Another tab has written to the storage: to the queue, or, when its visitor logged out, nothing is left. */
export function hear(name: string | null, is_gone: boolean): void {
  if (name === full(OUTBOX)) outboxChanged();
  else if (name === full(VISITOR) && is_gone && state.phase_) forget(true);
}

// -------------------------------------------------------------------- network

function online(): void {
  clearTimeout(blink_timer);
  if (state.is_offline_) update({ is_offline_: false });
}

function cutOff(delay: number): void {
  clearTimeout(blink_timer);
  blink_timer = setTimeout(() => update({ is_offline_: true }), delay);
}

export function wake(): void {
  if (state.phase_ === OUT_OF_REACH) void start();
  wakeLink();
  flush();
}

export function networkLost(): void {
  lose();
  cutOff(0);
}

link.live_ = (resumed) => {
  online();
  if (!resumed) void refetch();
  flush();
};
// Some networks let requests through but no sockets: ask at the pace of the reconnects then.
link.lost_ = (attempt) => {
  cutOff(1e3);
  if (attempt > 2 && session.token_) void refetch();
};
link.refused_ = (code) => (code === 4003 ? update({ phase_: REFUSED }) : renew());

const visit = readVisit();
({ external_id, colours, thread_id: last_thread } = visit);
state.conversations_ = visit.conversations;
state.unrated_ = visit.unrated;
state.pending_ = items();
if (last_thread && visit.thread) state.threads_[last_thread] = visit.thread;
