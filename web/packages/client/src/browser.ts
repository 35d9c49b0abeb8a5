import type { Socket, SocketEnvironment } from "./socket";

export function browserEnvironment(): SocketEnvironment {
  return {
    open: (url, handlers) => {
      const socket = new WebSocket(url);
      socket.onmessage = (event: MessageEvent<unknown>) => handlers.onMessage(event.data);
      socket.onclose = (event) => handlers.onClose(event.code);
      return socket;
    },
    now: () => Date.now(),
    isOnline: () => navigator.onLine,
    random: Math.random,
    setTimer: (run, ms) => window.setTimeout(run, ms),
    clearTimer: (id) => window.clearTimeout(id),
  };
}

export function socketUrl(): string {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${location.host}/api/v1/socket`;
}

/** Retry at once when the network returns or somebody looks at the tab. */
export function followNetwork(socket: Socket): () => void {
  const handleVisible = (): void => {
    if (document.visibilityState === "visible" && navigator.onLine) socket.networkUp();
  };
  window.addEventListener("online", socket.networkUp);
  window.addEventListener("offline", socket.networkDown);
  window.addEventListener("focus", handleVisible);
  document.addEventListener("visibilitychange", handleVisible);
  return () => {
    window.removeEventListener("online", socket.networkUp);
    window.removeEventListener("offline", socket.networkDown);
    window.removeEventListener("focus", handleVisible);
    document.removeEventListener("visibilitychange", handleVisible);
  };
}
