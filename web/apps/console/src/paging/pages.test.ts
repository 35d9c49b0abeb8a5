import { describe, expect, it } from "vitest";
import { flat, withItem } from "./pages";

describe("pages", () => {
  const idOf = ({ id }: { id: number }): number => id;
  const page = (ids: number[], next_cursor: string | null) => ({
    items: ids.map((id) => ({ id, state: "a" })),
    next_cursor,
  });
  it("show an entry once although it moved on to the next page meanwhile", () => {
    expect(flat([page([9, 8], "c"), page([8, 7], null)], idOf).map(({ id }) => id)).toEqual([9, 8, 7]);
  });
  it("take over a changed entry, and let go of one that no longer belongs", () => {
    const data = { pages: [page([9, 8], "c"), page([7], null)], pageParams: [null, "c"] };
    const changed = withItem(data, { id: 7, state: "b" }, idOf);
    expect(changed?.pages[1]?.items).toEqual([{ id: 7, state: "b" }]);
    const gone = withItem(data, { id: 9, state: "b" }, idOf, ({ state }) => state === "a");
    expect(gone?.pages[0]?.items.map(({ id }) => id)).toEqual([8]);
    expect(withItem(undefined, { id: 1 }, idOf)).toBeUndefined();
  });
});
