import { decodeConversation, record } from "./decode";
import type { Desk } from "./desk";
import { withConversation } from "./state";
import type { Id } from "./wire";

/** False: it did not arrive and may be tried again. */
export async function rate(desk: Desk, id: Id, score: number, comment: string): Promise<boolean> {
  const answer = await desk.api.call("POST", `conversations/${id}/rating`, { score, ...(comment ? { comment } : {}) });
  const conversation = answer.ok ? decodeConversation(record(answer.body).conversation) : null;
  if (conversation) desk.replace(withConversation(desk.state, conversation));
  return conversation !== null;
}

export function skipRating(desk: Desk, id: Id): void {
  desk.replace({ ...desk.state, unrated: [...desk.state.unrated, id] });
}
