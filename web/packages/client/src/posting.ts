import type { OutgoingMail, Sent } from "@parley/protocol";
import type { Api, EmailParts, PostMessage } from "./api";
import { isTransient } from "./errors";
import { Outbox, type OutboxEntry } from "./outbox";
import type { Socket } from "./socket";

/** A frame of the socket holds 64 KB; what may come near goes over HTTP. */
const SOCKET_TEXT_MAX = 12_000;

/** As the wire has it: what is null is left out. */
export function emailParts(mail: OutgoingMail | null): EmailParts {
  if (!mail) return {};
  const { to, cc, bcc, subject, quotes_history, has_signature, send_at, stops_on_reply } = mail.fields;
  return {
    html: mail.html,
    email: {
      ...(to && { to }),
      ...(cc && { cc }),
      ...(bcc && { bcc }),
      ...(subject !== null && { subject }),
      ...(quotes_history !== null && { quotes_history }),
      ...(has_signature !== null && { has_signature }),
      ...(send_at !== null && { send_at }),
      // Only what waits can be stopped.
      ...(send_at !== null && stops_on_reply !== null && { stops_on_reply }),
    },
  };
}

/** As the wire has it: what is left out is as the ticket has it. */
export function messageBody(entry: OutboxEntry): PostMessage {
  return {
    client_id: entry.clientId,
    kind: entry.kind,
    ...(entry.channel ? { channel: entry.channel } : {}),
    text: entry.text,
    attachment_ids: [...entry.attachments.map((attachment) => attachment.id), ...(entry.mail?.inlineIds ?? [])],
    ...emailParts(entry.mail),
    seen_version: entry.seenVersion,
    ...(entry.isForced ? { force: true } : {}),
    ...(entry.nextState ? { state: entry.nextState } : {}),
  };
}

/** Over the socket when it is live; when that leaves us without an answer, over HTTP under the same key. */
async function post(api: Api, socket: Socket, entry: OutboxEntry): Promise<Sent> {
  const body = messageBody(entry);
  if (socket.isLive && (entry.mail?.html.length ?? 0) < SOCKET_TEXT_MAX) {
    try {
      const path = `/api/v1/tickets/${entry.ticketId}/messages`;
      return api.decodeSent(await socket.call("POST", path, { body, key: entry.clientId }));
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
  return api.postMessage(entry.ticketId, body);
}

/** The outbox of one agent in this browser. */
export function browserOutbox(
  agentId: number,
  api: Api,
  socket: Socket,
  onSent: (sent: Sent, entry: OutboxEntry) => void,
): Outbox {
  return new Outbox({
    storage: {
      getItem: (key) => localStorage.getItem(key),
      setItem: (key, value) => localStorage.setItem(key, value),
      removeItem: (key) => localStorage.removeItem(key),
      keys: () => Object.keys(localStorage),
    },
    prefix: `parley.outbox.${agentId}.`,
    post: (entry) => post(api, socket, entry),
    onSent,
    setTimer: (run, ms) => window.setTimeout(run, ms),
    clearTimer: (id) => window.clearTimeout(id),
    now: () => Date.now() + socket.clockOffsetMs,
  });
}
