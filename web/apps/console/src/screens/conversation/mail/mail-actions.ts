import { ApiError } from "@parley/client";
import type { EmailAddress, TicketState } from "@parley/protocol";
import i18next from "i18next";
import { desk } from "../../../app/desk";
import { attempt, reportError } from "../../../lib/errors";
import { showToast } from "../../../lib/toasts";
import { composerRequests, type MailDraft, mailRequests } from "../../../lib/ui-state";
import { rememberedMail, type SentMail } from "../../composer/sent-mail";
import { addressKey, formatAddress, withoutRepeats } from "../../mail/address";
import type { Bubble } from "../stream";

/** What was written, also when this tab was not the one that sent it. */
async function writtenMail(bubble: Bubble): Promise<SentMail> {
  const known = rememberedMail(bubble.clientId);
  if (known || bubble.id === null || !bubble.email) {
    return known ?? { draft: draftOf(bubble, ""), attachments: bubble.attachments, stateBefore: null };
  }
  const { html } = await desk.api.messageEmail(bubble.id);
  const attachments = bubble.attachments.filter((item) => !html.includes(item.url));
  return { draft: draftOf(bubble, html), attachments, stateBefore: null };
}

function draftOf({ email }: Bubble, html: string): MailDraft {
  const texts = (list: readonly EmailAddress[] = []) => list.map(formatAddress);
  const subject = email?.subject ?? null;
  const { to, cc, bcc } = email ?? {};
  return { html, to: texts(to), cc: texts(cc), bcc: texts(bcc), subject, quotesHistory: null, hasSignature: null };
}

/** Text, recipients and files are in the composer again. */
export async function putBack(ticketId: number, bubble: Bubble): Promise<void> {
  const { draft, attachments } = await writtenMail(bubble);
  mailRequests.emit({ ticketId, draft, attachments });
  composerRequests.emit("reply");
}

async function returnState(ticketId: number, before: TicketState | null): Promise<void> {
  if (before === null || before === "new" || before === "closed") return;
  await desk.patchTicket(ticketId, { state: before === "solved" ? "open" : before });
}

/** Takes back what has not left. `isBack`: it is wanted in the composer again. */
export function takeBack(ticketId: number, bubble: Bubble, isBack: boolean): void {
  const { id } = bubble;
  if (id === null) return;
  const work = async (): Promise<void> => {
    const { message } = await desk.api.undoMessage(id);
    const before = rememberedMail(bubble.clientId)?.stateBefore ?? null;
    if (isBack) await putBack(ticketId, bubble);
    desk.store.dispatch({ type: "message", message });
    await returnState(ticketId, before);
  };
  work().catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "already_sent") showToast(i18next.t("email.already_sent"));
    else reportError(error);
  });
}

/** Again what failed or is unknown, or now what was scheduled. */
export function sendAgain(bubble: Bubble): void {
  const { id } = bubble;
  if (id === null) return;
  attempt(desk.api.sendAgain(id).then(({ message }) => desk.store.dispatch({ type: "message", message })));
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
