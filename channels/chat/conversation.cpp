#include "channels/chat/conversation.h"

#include <cassert>

#include "base/text.h"
#include "tickets/ticket_store.h"

namespace parley::channels::chat {

using nlohmann::json;
using tickets::Ticket;
using tickets::TicketState;

json conversation_json(const Ticket& t, const ConversationContext& c) {
  const bool is_closed = !tickets::is_unsolved(t.state);
  json agent = nullptr;
  if (t.assignee) { agent = {{"id", t.assignee->value}, {"name", first_name(t.assignee_name)}, {"is_online", c.agent_is_online}}; }
  const auto& last = t.last_message && tickets::is_chat_reply(*t.last_message) ? t.last_message : c.last_reply;
  return {{"id", t.id.value},
          {"number", t.number},
          {"state", is_closed ? "closed" : t.assignee ? "open" : "queued"},
          {"subject", t.subject},
          {"agent", agent},
          {"queue", c.queue_position > 0 && !is_closed ? json{{"position", c.queue_position}} : json(nullptr)},
          {"rating", t.rating ? tickets::to_json(*t.rating) : json(nullptr)},
          {"can_rate", t.state == TicketState::solved && !t.rating},
          {"created_at", to_ms(t.created_at)},
          {"updated_at", to_ms(t.updated_at)},
          {"last_message", last ? tickets::to_json(*last) : json(nullptr)},
          {"agent_read_message_id", t.positions.agent_read.value},
          {"agent_delivered_message_id", std::max(t.positions.agent_delivered.value, t.positions.agent_read.value)},
          {"unread_count", c.unread_count}};
}

json public_message_json(const tickets::Message& message) {
  assert(message.kind == "reply" && message.channel == "chat");
  json out = tickets::to_json(message);
  out["author"]["name"] = first_name(message.author.name);
  if (message.author.kind == "agent") { out["client_id"] = nullptr; }
  return out;
}

bool agent_is_online(const Ticket& ticket, const IsConnected& is_connected) {
  return ticket.assignee && ticket.assignee_status == "online" && is_connected(*ticket.assignee);
}

ConversationContext load_context(storage::Transaction& tx, const Ticket& ticket, const IsConnected& is_connected, bool has_read) {
  ConversationContext c;
  c.agent_is_online = agent_is_online(ticket, is_connected);
  c.queue_position = tickets::queue_position(tx, ticket);
  c.last_reply = tickets::last_chat_reply(tx, ticket);
  c.unread_count = has_read ? 0 : tickets::count_messages_after(tx, ticket.id, ticket.positions.customer_read, "chat", "agent");
  return c;
}

}  // namespace parley::channels::chat
