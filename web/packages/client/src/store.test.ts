import { beforeEach, describe, expect, it } from "vitest";
import { makeTicket } from "./fixtures";
import type { Input } from "./reducer";
import { Store } from "./store";

let now = 0;
let pending: { run: () => void; at: number } | null = null;

function makeStore(): Store {
  return new Store({
    setTimer: (run, ms) => {
      pending = { run, at: now + ms };
      return 1;
    },
    clearTimer: () => {
      pending = null;
    },
    isHidden: () => false,
    now: () => now,
  });
}

function pass(ms: number): void {
  now += ms;
  if (pending && pending.at <= now) pending.run();
}

const ticket = (id: number): Input => ({ type: "tickets", items: [makeTicket({ id })] });
const known = (store: Store): number[] => [...store.state.tickets.keys()];

beforeEach(() => {
  now = 0;
  pending = null;
});

describe("Store", () => {
  it("applies what streams in together", () => {
    const store = makeStore();
    store.enqueue(ticket(1), false);
    pass(60);
    store.enqueue(ticket(2), false);
    expect(known(store)).toEqual([]);
    pass(40);
    expect(known(store)).toEqual([1, 2]);
  });

  it("applies an urgent change at once, after what was waiting", () => {
    const store = makeStore();
    store.enqueue(ticket(1), false);
    store.enqueue(ticket(2), true);
    expect(known(store)).toEqual([1, 2]);
    expect(pending).toBeNull();
  });

  it("applies many urgent changes no more often than the others", () => {
    const store = makeStore();
    let draws = 0;
    store.subscribe("tickets", () => draws++);
    for (let id = 1; id <= 50; id++) {
      store.enqueue(ticket(id), true);
      pass(20);
    }
    pass(100);
    expect(known(store)).toHaveLength(50);
    expect(draws).toBeLessThanOrEqual(11);
  });

  it("does not let an urgent change wait for the time of the others", () => {
    const store = makeStore();
    store.enqueue(ticket(1), true);
    pass(90);
    store.enqueue(ticket(2), false);
    store.enqueue(ticket(3), true);
    pass(10);
    expect(known(store)).toEqual([1, 2, 3]);
  });

  it("applies own actions at once", () => {
    const store = makeStore();
    store.enqueue(ticket(1), true);
    store.enqueue(ticket(2), true);
    store.dispatch(ticket(3));
    expect(known(store)).toEqual([1, 2, 3]);
  });
});
