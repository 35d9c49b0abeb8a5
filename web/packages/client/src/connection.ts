/** The connection as a state machine: one state union, one event union, one pure step. The socket only carries it out. */
import { assertNever } from "./assert";

export type ConnectionState =
  | { name: "idle" }
  | { name: "connecting"; attempt: number }
  | { name: "live"; since: number }
  | { name: "waiting"; attempt: number; delayMs: number }
  | { name: "offline"; attempt: number }
  | { name: "closed"; reason: "logged_out" | "forbidden" };

export type ConnectionEvent =
  | { type: "start" }
  | { type: "hello"; now: number }
  | { type: "lost"; code: number; isOnline: boolean; delayMs: number }
  | { type: "retry" }
  | { type: "network_up" }
  | { type: "network_down" }
  | { type: "stop" };

const FATAL: Record<number, "logged_out" | "forbidden"> = { 4001: "logged_out", 4010: "logged_out", 4003: "forbidden" };

export function attemptOf(state: ConnectionState): number {
  switch (state.name) {
    case "connecting":
    case "waiting":
    case "offline":
      return state.attempt;
    case "idle":
    case "live":
    case "closed":
      return 0;
    default:
      return assertNever(state);
  }
}

export function step(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  if (event.type === "stop") return { name: "idle" };
  if (state.name === "closed" && event.type !== "start") return state;
  switch (event.type) {
    case "start":
      return state.name === "live" || state.name === "connecting" ? state : { name: "connecting", attempt: 0 };
    case "hello":
      return state.name === "connecting" ? { name: "live", since: event.now } : state;
    case "lost": {
      if (state.name === "idle") return state;
      const reason = FATAL[event.code];
      if (reason) return { name: "closed", reason };
      const attempt = attemptOf(state) + 1;
      return event.isOnline ? { name: "waiting", attempt, delayMs: event.delayMs } : { name: "offline", attempt };
    }
    case "retry":
      return state.name === "waiting" || state.name === "offline"
        ? { name: "connecting", attempt: state.attempt }
        : state;
    case "network_up":
      return state.name === "waiting" || state.name === "offline" ? { name: "connecting", attempt: 0 } : state;
    case "network_down":
      return state.name === "idle" ? state : { name: "offline", attempt: attemptOf(state) };
    default:
      return assertNever(event);
  }
}
