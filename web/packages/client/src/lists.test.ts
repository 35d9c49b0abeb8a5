import type { Ticket } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import { makeTicket } from "./fixtures";
import { type ListState, matches, placeIds, type SortName, sortIds } from "./lists";

/** The same numbers each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

const ME = 7;
const listOf = (sort: SortName, ids: readonly number[]): ListState => ({
  spec: { view: "mine", teamId: null, q: "", sort },
  ids,
  nextCursor: null,
});

describe.each(["updated", "waiting", "created"] as const)("placeIds by %s", (sort) => {
  it("gives what sorting everything again would give, whatever changed", () => {
    const roll = dice(42);
    const any = (id: number): Ticket =>
      makeTicket({
        id,
        updated_at: roll(30),
        created_at: roll(30),
        waiting_since: roll(2) ? roll(30) : null,
        assignee_id: roll(4) ? ME : null,
      });
    const tickets = new Map(Array.from({ length: 40 }, (_, id) => [id, any(id)]));
    let ids: readonly number[] = [];
    let changed = new Set(tickets.keys());
    for (let round = 0; round < 60; round++) {
      ids = placeIds(listOf(sort, ids), changed, tickets, ME);
      const { spec } = listOf(sort, []);
      const belonging = [...tickets.values()].filter((ticket) => matches(spec, ticket, ME)).map(({ id }) => id);
      expect(ids).toEqual(sortIds(sort, belonging, tickets));
      changed = new Set(Array.from({ length: roll(6) }, () => roll(45)));
      for (const id of changed) roll(8) ? tickets.set(id, any(id)) : tickets.delete(id);
    }
  });

  it("keeps the array when nothing moved", () => {
    const tickets = new Map([1, 2].map((id) => [id, makeTicket({ id, assignee_id: ME })]));
    const list = listOf(sort, sortIds(sort, [1, 2], tickets));
    expect(placeIds(list, new Set([1]), tickets, ME)).toBe(list.ids);
  });
});
