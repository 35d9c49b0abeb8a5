import { call } from "./api";
import { decodeConversation, decodePage, list } from "./decode";
import { changed } from "./desk";
import { state } from "./state";
import { mergeConversation, mergeMessages } from "./thread";
import type { Conversation, Id, Message } from "./wire";

export function replace(conversation: Conversation): void {
  state.conversations_ = mergeConversation(state.conversations_, conversation);
}

export function addMessages(id: Id, incoming: Message[], has_more?: boolean): void {
  const old = state.threads_[id];
  state.threads_[id] = {
    messages: mergeMessages(old?.messages ?? [], incoming),
    has_more: has_more ?? old?.has_more ?? false,
  };
}

/** After an id: what to go on after, if there is more. */
async function fetchPage(id: Id, query: string, is_further: boolean): Promise<Id | false | undefined> {
  const [is_ok, body] = await call(`conversations/${id}/messages${query}`);
  if (!is_ok) return;
  const { items_: items, has_more_: has_more, conversation_: conversation } = decodePage(body);
  if (conversation) replace(conversation);
  addMessages(id, items, is_further ? undefined : has_more);
  changed();
  return is_further && has_more && items.at(-1)?.id;
}

/**
 * Everything after the last answer known; the newest page when there is none. Own words do not count: the answer to a
 * post brings them while what stands between is still missing.
 */
export async function sync(
  id: Id,
  from = state.threads_[id]?.messages.findLast(({ author }) => author.kind === "agent")?.id,
): Promise<void> {
  const next = await fetchPage(id, from ? `?after=${from}` : "", !!from);
  if (next) await sync(id, next);
}

export async function loadOlder(id: Id): Promise<void> {
  const first = state.threads_[id]?.messages[0];
  if (first) await fetchPage(id, `?before=${first.id}`, false);
}

/** After a gap nobody can fill: the list again, and each thread from its last known message. */
export async function refetch(): Promise<void> {
  const [is_ok, body] = await call("conversations");
  if (!is_ok) return;
  state.conversations_ = list(body.items, decodeConversation);
  changed();
  await Promise.all(Object.keys(state.threads_).map((id) => sync(Number(id))));
}
