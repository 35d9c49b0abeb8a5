import { decodeConversation, decodePage, list, record } from "./decode";
import type { Desk } from "./desk";
import { withConversation, withMessages } from "./state";
import type { Id } from "./wire";

/**
 * Everything after the last answer known; the newest page when there is none. Own words do not count: the answer to a
 * post brings them while what stands between is still missing.
 */
export async function syncThread(desk: Desk, id: Id): Promise<void> {
  const told = desk.state.threads[id]?.messages.filter((message) => message.author.kind === "agent");
  let from = told?.at(-1)?.id;
  for (;;) {
    const after = from === undefined ? "" : `?after=${from}`;
    const answer = await desk.api.call("GET", `conversations/${id}/messages${after}`);
    if (!answer.ok) return;
    const page = decodePage(answer.body);
    const state = page.conversation ? withConversation(desk.state, page.conversation) : desk.state;
    desk.replace(withMessages(state, id, page.items, from === undefined ? page.has_more : undefined));
    if (from === undefined || !page.has_more || !page.items.length) return;
    from = page.items.at(-1)?.id;
  }
}

export async function loadOlder(desk: Desk, id: Id): Promise<void> {
  const first = desk.state.threads[id]?.messages[0]?.id;
  if (first === undefined) return;
  const answer = await desk.api.call("GET", `conversations/${id}/messages?before=${first}`);
  if (!answer.ok) return;
  const page = decodePage(answer.body);
  desk.replace(withMessages(desk.state, id, page.items, page.has_more));
}

/** After a gap nobody can fill: the list again, and each thread from its last known message. */
export async function refetch(desk: Desk): Promise<void> {
  const answer = await desk.api.call("GET", "conversations");
  if (!answer.ok) return;
  desk.replace({ ...desk.state, conversations: list(record(answer.body).items, decodeConversation) });
  await Promise.all(Object.keys(desk.state.threads).map((id) => syncThread(desk, Number(id))));
  desk.markRead();
}
