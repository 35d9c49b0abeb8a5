import type { MailAdmin } from "@parley/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SignInFlow, type SignInPorts, type SignInState } from "./sign-in";

const BODY: MailAdmin.GrantRequest = {
  authorize_url: "https://id.example/authorize",
  token_url: "https://id.example/token",
  client_id: "desk",
  scope: "mail",
  redirect_url: "https://desk.example/api/v1/email/oauth/callback",
};
const URL_THERE = "https://id.example/authorize?state=s1";
const MINUTE_MS = 60_000;
const MISSING = new Error("404");
const OFFLINE = new Error("offline");

class FakeWindow {
  isClosed = false;
  shown = "";
  show(url: string): void {
    this.shown = url;
  }
  close(): void {
    this.isClosed = true;
  }
}

/** A server that answers what the test says next, and a browser that opens windows or does not. */
function stage({ blocks = false } = {}) {
  const windows: FakeWindow[] = [];
  const states: SignInState[] = [];
  const answers: (MailAdmin.GrantState["state"] | Error)[] = [];
  let asked = 0;
  const ports: SignInPorts = {
    request: async () => ({ grant: `g${windows.length}`, url: URL_THERE, expires_at: Date.now() + 10 * MINUTE_MS }),
    state: async () => {
      asked++;
      const answer = answers.shift() ?? "waiting";
      if (answer instanceof Error) throw answer;
      return { state: answer, error: answer === "failed" ? "The account was refused." : "" };
    },
    openWindow: () => {
      if (blocks) return null;
      const opened = new FakeWindow();
      windows.push(opened);
      return opened;
    },
    isPassing: (error) => error === OFFLINE,
    isGone: (error) => error === MISSING,
  };
  const flow = new SignInFlow(ports, (state) => states.push(state));
  return { flow, ports, windows, states, answers, asked: () => asked, last: () => states.at(-1) };
}

describe("signing in", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("opens its window while the click is handled and takes it to the provider when the server has answered", async () => {
    const { flow, windows, states } = stage();
    const started = flow.start(BODY);
    expect(windows).toHaveLength(1);
    expect(windows[0]?.shown).toBe("");
    expect(states).toEqual([{ phase: "starting" }]);
    await started;
    expect(windows[0]?.shown).toBe(URL_THERE);
    expect(states.at(-1)).toMatchObject({ phase: "waiting", window: "open", grant: { id: "g1", is_granted: false } });
  });

  it("asks until it is granted, then closes the window and asks no more", async () => {
    const { flow, windows, states, answers, asked } = stage();
    answers.push("waiting", "waiting", "granted");
    await flow.start(BODY);
    await vi.advanceTimersByTimeAsync(1_400);
    expect(asked()).toBe(0);
    await vi.advanceTimersByTimeAsync(3_200);
    expect(asked()).toBe(3);
    expect(states.map(({ phase }) => phase)).toEqual(["starting", "waiting", "granted"]);
    expect(states.at(-1)).toMatchObject({
      grant: { id: "g1", token_url: BODY.token_url, client_id: "desk", is_granted: true },
    });
    expect(windows[0]?.isClosed).toBe(true);
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(asked()).toBe(3);
  });

  it("says why the provider refused", async () => {
    const { flow, answers, last } = stage();
    answers.push("failed");
    await flow.start(BODY);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(last()).toEqual({ phase: "failed", failure: { kind: "refused", sentence: "The account was refused." } });
  });

  it("offers the address where the browser opens no window, and goes on asking", async () => {
    const { flow, answers, last } = stage({ blocks: true });
    answers.push("waiting", "granted");
    await flow.start(BODY);
    expect(last()).toMatchObject({ phase: "waiting", window: "blocked", grant: { url: URL_THERE } });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(last()?.phase).toBe("granted");
  });

  it("says after some seconds that the window is gone, but still takes what was done there", async () => {
    const { flow, windows, answers, last } = stage();
    await flow.start(BODY);
    windows[0]?.close();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(last()).toMatchObject({ phase: "waiting", window: "open" });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(last()).toMatchObject({ phase: "waiting", window: "gone" });
    answers.push("granted");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(last()?.phase).toBe("granted");
  });

  it("survives a moment without the server, and ends when the server knows the grant no longer", async () => {
    const { flow, answers, last } = stage();
    answers.push(OFFLINE, "waiting", MISSING);
    await flow.start(BODY);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(last()?.phase).toBe("waiting");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(last()).toEqual({ phase: "failed", failure: { kind: "expired" } });
  });

  it("ends by itself after ten minutes", async () => {
    const { flow, last } = stage();
    await flow.start(BODY);
    await vi.advanceTimersByTimeAsync(9.9 * MINUTE_MS);
    expect(last()?.phase).toBe("waiting");
    await vi.advanceTimersByTimeAsync(0.2 * MINUTE_MS);
    expect(last()).toEqual({ phase: "failed", failure: { kind: "expired" } });
  });

  it("closes the empty window when the server does not even begin", async () => {
    const { flow, ports, windows, last } = stage();
    ports.request = () => Promise.reject(OFFLINE);
    await flow.start(BODY);
    expect(windows[0]?.isClosed).toBe(true);
    expect(last()).toEqual({ phase: "failed", failure: { kind: "trouble", error: OFFLINE } });
  });

  it("begun again, forgets the first window and what comes of it", async () => {
    const { flow, windows, states, answers } = stage();
    await flow.start(BODY);
    await flow.start(BODY);
    expect(windows.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    answers.push("granted");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states.filter(({ phase }) => phase === "granted")).toMatchObject([{ grant: { id: "g2" } }]);
  });

  it("is left and taken up again with the same grant; cancelled, it is over", async () => {
    const left = stage();
    await left.flow.start(BODY);
    left.flow.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(left.asked()).toBe(0);
    expect(left.windows[0]?.isClosed).toBe(false);

    const back = stage();
    const waiting = left.last();
    if (waiting?.phase !== "waiting") throw new Error("it should wait");
    back.answers.push("granted");
    back.flow.resume(waiting.grant);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(back.last()).toMatchObject({ phase: "granted", grant: { id: "g1" } });

    const dropped = stage();
    await dropped.flow.start(BODY);
    dropped.flow.cancel();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(dropped.windows[0]?.isClosed).toBe(true);
    expect([dropped.last(), dropped.asked()]).toEqual([{ phase: "idle" }, 0]);
  });
});
