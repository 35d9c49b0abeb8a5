import { ApiError, type OutboxEntry } from "@parley/client";
import type { EmailAddress, Message } from "@parley/protocol";
import i18next from "i18next";
import { desk } from "../../../app/desk";
import { attempt, reportError } from "../../../lib/errors";
import { showToast } from "../../../lib/toasts";
import { composerRequests, type MailDraft, mailRequests } from "../../../lib/ui-state";
import { refusedIn, rememberRefused } from "../../composer/mail/refused";
import { draftOfMail, textToHtml } from "../../composer/mail-draft";
import { rememberedMail, type SentMail } from "../../composer/sent-mail";
import { addressKey, formatAddress, withoutRepeats } from "../../mail/address";
import type { Bubble } from "../stream";

/** What was written, also when this tab was not the one that sent it. */
async function writtenMail(bubble: Bubble): Promise<SentMail> {
  const known = rememberedMail(bubble.clientId);
  if (known || bubble.id === null || !bubble.email) {
    return known ?? { draft: draftOf(bubble, ""), attachments: bubble.attachments };
  }
  const body = await desk.api.messageEmail(bubble.id);
  // What was written as plain text has no other form.
  const html = body.html || textToHtml(bubble.text);
  const attachments = bubble.attachments.filter((item) => !html.includes(item.url));
  return { draft: draftOf(bubble, html), attachments };
}

function draftOf({ email }: Bubble, html: string): MailDraft {
  const texts = (list: readonly EmailAddress[] = []) => list.map(formatAddress);
  const subject = email?.subject ?? null;
  const { to, cc, bcc } = email ?? {};
  return { html, to: texts(to), cc: texts(cc), bcc: texts(bcc), subject, quotesHistory: null, hasSignature: null };
}

/** Text, recipients and files are in the composer again. `only`: addressed to these people alone. */
export async function putBack(ticketId: number, bubble: Bubble, only?: readonly EmailAddress[]): Promise<void> {
  const { draft, attachments } = await writtenMail(bubble);
  const envelope = only && { to: only.map(formatAddress), cc: [], bcc: [] };
  mailRequests.emit({ ticketId, draft: { ...draft, ...envelope }, attachments });
  composerRequests.emit("reply");
}

/** What waits in this browser comes back into the composer; whom the server has refused stands there as such. */
export function editEntry(entry: OutboxEntry): void {
  if (!entry.mail) return;
  rememberRefused(entry.ticketId, refusedIn(entry.mail.fields, entry.errorPath));
  desk.outbox?.discard(entry.clientId);
  mailRequests.emit({ ticketId: entry.ticketId, draft: draftOfMail(entry.mail), attachments: entry.attachments });
  composerRequests.emit("reply");
}

/** Takes back what has not left. `isBack`: it is wanted in the composer again. The server gives the ticket its state back. */
export function takeBack(ticketId: number, bubble: Bubble, isBack: boolean): void {
  const { id } = bubble;
  if (id === null) return;
  const work = async (): Promise<void> => {
    const { message } = await desk.api.undoMessage(id);
    if (isBack) await putBack(ticketId, bubble);
    desk.store.dispatch({ type: "message", message });
  };
  work().catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "already_sent") showToast(i18next.t("email.already_sent"));
    else reportError(error);
  });
}

async function change({ id }: Bubble, act: (id: number) => Promise<{ message: Message }>): Promise<void> {
  if (id === null) return;
  const { message } = await act(id);
  desk.store.dispatch({ type: "message", message });
}

/** Again what failed or is unknown, or now what was scheduled. */
export function resend(bubble: Bubble): Promise<void> {
  return change(bubble, desk.api.sendAgain);
}

export function sendAgain(bubble: Bubble): void {
  attempt(resend(bubble));
}

/** Of a mail nobody knows the fate of: the agent has heard that it is there. */
export function hasArrived(bubble: Bubble): void {
  attempt(change(bubble, desk.api.markArrived));
}

export function takeRequester(ticketId: number, messageId: number): void {
  attempt(
    desk.api.takeRequester(ticketId, messageId).then(({ ticket }) => {
      desk.store.dispatch({ type: "tickets", items: [ticket] });
      void desk.loadCustomer(ticket.requester.id);
    }),
  );
}

/** Answers this very message: its sender, or everybody on it but ourselves. */
export function replyTo(ticketId: number, bubble: Bubble, isToAll: boolean, ownAddress: string): void {
  const { email } = bubble;
  if (!email) return;
  const isOwn = (one: EmailAddress) => addressKey(one.address) === addressKey(ownAddress);
  const to = email.direction === "in" ? [email.from] : email.to;
  const others = email.direction === "in" ? [...email.to, ...email.cc] : email.cc;
  const cc = withoutRepeats([...to, ...others]).slice(withoutRepeats(to).length);
  const texts = (list: readonly EmailAddress[]) => list.filter((one) => !isOwn(one)).map(formatAddress);
  const draft = { to: texts(to), cc: isToAll ? texts(cc) : [] };
  mailRequests.emit({ ticketId, draft, attachments: [] });
  composerRequests.emit("reply");
}
