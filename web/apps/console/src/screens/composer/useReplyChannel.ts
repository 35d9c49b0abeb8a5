import type { ReplyChannel } from "@parley/protocol";
import { useRef, useState } from "react";
import { desk } from "../../app/desk";
import { useTopic } from "../../lib/hooks";
import { type Forms, mailForm, plainForm } from "./draft-forms";
import { channelOf, isOwnWord } from "./reply-channel";
import { useChannels } from "./useChannels";

interface Choice {
  channel: ReplyChannel;
  /** The customer's newest message then: when he writes again, the choice is open again. */
  heardId: number;
}

interface ReplyDraft {
  text: string;
  setText: (text: string) => void;
}

/** In which channel the reply goes out; to change it changes the form of what has been written. */
export function useReplyChannel(ticketId: number, { text, setText }: ReplyDraft) {
  const channels = useChannels(ticketId);
  // Without a choice no message is listened to: it would draw the conversation for nothing.
  const heard = useTopic(`log:${ticketId}`, () =>
    channels.length > 1 ? desk.store.state.logs.get(ticketId)?.items.findLast(isOwnWord) : undefined,
  );
  const [choice, setChoice] = useState<Choice | null>(null);
  const forms = useRef<Forms | null>(null);
  const heardId = heard?.id ?? 0;
  const chosen = choice?.heardId === heardId ? choice.channel : null;
  const channel = channelOf({ channels, draft: text, chosen, heardIn: heard?.channel });

  const keep = (next: ReplyChannel): void => setChoice({ channel: next, heardId });
  const choose = (next: ReplyChannel): void => {
    keep(next);
    const plain = plainForm(text, forms.current);
    const mail = mailForm(text, forms.current);
    forms.current = { plain, mail };
    const written = next === "email" ? mail : plain;
    if (written !== text) setText(written);
  };
  /** What was written has gone: the next one begins anew. */
  const forget = (): void => {
    forms.current = null;
  };
  return { channels, channel, keep, choose, forget };
}
