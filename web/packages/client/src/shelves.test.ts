import { describe, expect, it } from "vitest";
import { Shelves } from "./shelves";

const filled = (count: number): Shelves<string> => {
  const map = new Shelves<string>();
  for (let id = 0; id < count; id++) map.set(id * 10, `v${id}`);
  return map;
};

describe("Shelves", () => {
  it("is a map", () => {
    const map = filled(100).set(10, "other");
    expect([map.size, map.get(10), map.has(11), map.get(990)]).toEqual([100, "other", false, "v99"]);
    expect([map.delete(10), map.delete(10), map.size, map.has(10)]).toEqual([true, false, 99, false]);
    expect([...map]).toHaveLength(99);
    expect([...map.keys()]).toEqual([...map].map(([id]) => id));
    expect([...map.values()]).toEqual([...map].map(([, value]) => value));
  });

  it("writes into a copy only, and into a copy of the copy only", () => {
    const first = filled(100);
    const second = new Shelves(first).set(10, "second").set(5000, "new");
    const third = new Shelves(second).set(10, "third");
    third.delete(5000);
    expect([first.get(10), second.get(10), third.get(10)]).toEqual(["v1", "second", "third"]);
    expect([first.size, second.size, third.size]).toEqual([100, 101, 100]);
    expect(second.get(5000)).toBe("new");
  });
});
