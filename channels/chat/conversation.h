// The visitor's view of a ticket: what the customer may know, and nothing else.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "storage/transaction.h"
#include "tickets/ticket.h"

namespace parley::channels::chat {

/// What a conversation needs beside the ticket.
struct ConversationContext {
  bool agent_is_online{false};
  std::optional<tickets::LastMessage> last_reply;  // when the ticket's last message is a note or an e-mail
  int queue_position{0};
  int unread_count{0};  // agent replies after the customer's read position
};

nlohmann::json conversation_json(const tickets::Ticket& ticket, const ConversationContext& context);
/// A public message of the chat as the visitor sees it. Notes, system lines and e-mails never come here (assert).
nlohmann::json public_message_json(const tickets::Message& message);

using IsConnected = std::function<bool(AgentId)>;
/// Reads the context of one ticket. A customer who has just written has seen what stands above: `has_read` spares the count.
ConversationContext load_context(storage::Transaction& tx, const tickets::Ticket& ticket, const IsConnected& is_connected, bool has_read = false);
bool agent_is_online(const tickets::Ticket& ticket, const IsConnected& is_connected);

}  // namespace parley::channels::chat
