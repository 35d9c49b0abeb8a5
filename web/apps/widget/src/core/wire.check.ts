/**
 * Types only, in no bundle: whatever the server's description allows, the shapes of `wire.ts` must take. A field that
 * is renamed, becomes null or gets another word there is a type error here.
 */
import type { Answer, Schemas } from "@parley/protocol";
import type * as Wire from "./wire";

type Takes<Ours, _Theirs extends Ours> = true;
/** As it comes: the decoder adds what is ours. */
type Conversation = Omit<Wire.Conversation, "counted_up_to">;

export type Shapes = [
  Takes<Wire.Attachment, Schemas["Attachment"]>,
  Takes<Wire.Message, Schemas["Message"]>,
  Takes<Wire.LastMessage, Schemas["LastMessage"]>,
  Takes<Conversation, Schemas["Conversation"]>,
  Takes<Wire.Inbox, Schemas["WidgetInbox"]>,
  Takes<Wire.Customer, Schemas["VisitorCustomer"]>,
];

interface Session {
  visitor_token: string;
  customer: Wire.Customer;
  inbox: Wire.Inbox;
  conversations: Conversation[];
  socket_cursor: Wire.Cursor;
}
interface Posted {
  conversation: Conversation;
  message: Wire.Message;
}

export type Answers = [
  Takes<Session, Answer<"begin_visitor_session">>,
  Takes<{ items: Wire.Message[]; has_more: boolean; conversation: Conversation }, Answer<"list_visitor_messages">>,
  Takes<Posted, Answer<"start_conversation">>,
  Takes<Posted, Answer<"post_visitor_message">>,
  Takes<{ attachment: Wire.Attachment }, Answer<"visitor_upload">>,
];
