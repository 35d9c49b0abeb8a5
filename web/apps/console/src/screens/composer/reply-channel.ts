import type { Customer, Message, ReplyChannel } from "@parley/protocol";
import { isMailDraft } from "./mail-draft";

const CHAT: readonly ReplyChannel[] = ["chat"];
const EMAIL: readonly ReplyChannel[] = ["email"];
const BOTH: readonly ReplyChannel[] = ["chat", "email"];

/** Where a reply may go: a chat is answered by e-mail when there is an inbox to send from and an address to send to. */
export function channelsOf(
  began: string | undefined,
  emailInboxId: number | null,
  hasAddress: boolean,
): readonly ReplyChannel[] {
  if (began === "email") return EMAIL;
  return began === "chat" && emailInboxId !== null && hasAddress ? BOTH : CHAT;
}

export function canGetMail(customer: Pick<Customer, "identities"> | undefined): boolean {
  return customer?.identities.some((one) => one.kind === "email") ?? false;
}

/** What a machine answers in his name does not say where he is to be found. */
export function isOwnWord({ kind, author, email }: Pick<Message, "kind" | "author" | "email">): boolean {
  return kind === "reply" && author.kind === "customer" && (email === null || email.kind === "human");
}

export interface ChannelInput {
  channels: readonly ReplyChannel[];
  /** The draft as it is kept. */
  draft: string;
  /** What the agent chose since the customer last wrote. */
  chosen: ReplyChannel | null;
  /** Where the customer last wrote. */
  heardIn: string | undefined;
}

/** What is being written stays what it is, here and on other devices; an empty draft follows the customer. */
export function channelOf({ channels, draft, chosen, heardIn }: ChannelInput): ReplyChannel {
  const [first = "chat"] = channels;
  if (channels.length < 2) return first;
  if (draft !== "") return isMailDraft(draft) ? "email" : "chat";
  return chosen ?? (heardIn === "email" ? "email" : first);
}
