// Commands on tickets. Each runs in the caller's transaction, is idempotent by client id where it posts, and journals what it did.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/principal.h"
#include "base/result.h"
#include "storage/transaction.h"
#include "tickets/inbox.h"
#include "tickets/ticket.h"

namespace parley::tickets {

/// As Principal::key(): what a customer's client ids and uploads are kept under.
std::string visitor_key(CustomerId customer);

class Outbound;
/// By channel (outbound.h). Channels that are not named need nothing done: their customers read on a socket.
using Outbounds = std::map<std::string, const Outbound*, std::less<>>;

struct NewMessage {
  std::string client_id;               // made by the client; a repeat returns the first outcome
  std::string text;
  std::vector<AttachmentId> attachments;
  std::string kind{"reply"};           // agents: reply or note
  std::string channel;                 // empty: the one the ticket began in
  std::string html;                    // agents, e-mail: the composer's formatting
  nlohmann::json options;              // agents: what the channel may be told (recipients, ...)
  std::string detail;                  // sealed by the channel
  CustomerId detail_owner;
  bool asks_answer{true};              // false: a machine wrote it; nobody waits and nothing is reopened
  std::optional<TicketState> state{};  // agents: what the ticket becomes in the same transaction
};

struct Posted {
  Ticket ticket;
  Message message;
  bool is_repeat{false};
};

/// A customer opens a conversation: a new ticket with its first message, in the line of the inbox's team unless assignment is manual.
/// Without a subject the first line of the text is one.
Result<Posted> start_conversation(storage::Transaction& tx, const Inbox& inbox, CustomerId customer, const NewMessage& message,
                                  const std::string& subject = {});
/// A customer writes on. Reopens pending, on hold and solved tickets. Errors: conflict "conversation_closed".
Result<Posted> post_customer_message(storage::Transaction& tx, TicketId id, CustomerId customer, const NewMessage& message);

/// The same for channels where others than the requester may write into a ticket (people in copy of a mail): who may, its caller decides.
Result<Posted> post_participant_message(storage::Transaction& tx, TicketId id, CustomerId author, const NewMessage& message);

struct AgentMessage {
  NewMessage message;
  std::optional<std::uint32_t> seen_version;  // the last version its author saw; arms the reply guard
  bool is_forced{false};
};
/// An agent replies or notes. Errors: conflict "reply_guard" with what changed in `extra`, conflict "ticket_closed".
Result<Posted> post_agent_message(storage::Transaction& tx, const Principal& who, TicketId id, const AgentMessage& message,
                                  const Outbounds& outbounds = {});
/// An agent opens a conversation with a customer.
Result<Posted> start_by_agent(storage::Transaction& tx, const Principal& who, const Inbox& inbox, CustomerId customer, const std::string& subject,
                              const NewMessage& message, const Outbounds& outbounds = {});

struct TicketPatch {
  std::optional<TicketState> state;
  std::optional<std::string> priority;
  std::optional<std::optional<std::string>> type;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::optional<TeamId>> team;
  std::optional<std::optional<AgentId>> assignee;
  std::optional<std::string> subject;
  std::optional<std::string> custom_fields;
};
/// Errors: precondition "version_conflict" when `if_version` is not the ticket's, conflict "bad_transition", invalid_input.
Result<Ticket> update_ticket(storage::Transaction& tx, const Principal& who, TicketId id, const TicketPatch& patch,
                             std::optional<std::uint32_t> if_version);
/// One vote per ticket, changeable until closed. Errors: conflict "not_ratable".
Result<Ticket> rate_ticket(storage::Transaction& tx, TicketId id, CustomerId customer, int score, const std::string& comment);

/// All tickets of one customer become another's (a visitor turned out to be a known customer).
Status move_requester(storage::Transaction& tx, CustomerId from, CustomerId to);

/// The ticket's history as Change objects of docs/api.md, from journal rows.
nlohmann::json changes_json(storage::Transaction& tx, const std::vector<struct ChangeRow>& rows);
struct ChangeRow {
  std::uint32_t version{0};
  std::uint16_t kind{0};
  TimePoint at{};
  std::string body;
};

/// A subject made of a first message: its first line, at most 80 characters.
std::string subject_of(const std::string& text);

}  // namespace parley::tickets
