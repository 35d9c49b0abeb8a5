// Plain types of the ticket model.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "customers/customer.h"

namespace parley::tickets {

enum class TicketState : std::uint8_t { new_, open, pending, on_hold, solved, closed };
std::string_view to_string(TicketState state);
std::optional<TicketState> parse_state(std::string_view text);
/// The guarded transitions of docs/api.md section 4.
bool may_change(TicketState from, TicketState to);
inline bool is_unsolved(TicketState s) { return s < TicketState::solved; }

struct LastMessage {
  MessageId id;
  std::string kind, channel, author_kind, text;
  bool has_attachments{false};
  TimePoint created_at{};
};

/// What the customer sees in the chat: whoever has the browser need not be who reads the mail.
inline bool is_chat_reply(const LastMessage& message) { return message.kind == "reply" && message.channel == "chat"; }

struct Offer {
  AgentId agent;
  TimePoint expires_at{};
};

struct Rating {
  int score{0};
  std::string comment;
  TimePoint created_at{};
};

/// How far each side has read, and received.
struct Positions {
  MessageId customer_read, customer_delivered, agent_read, agent_delivered;
};

struct Ticket {
  TicketId id;
  std::int64_t number{0};
  std::uint32_t version{0};
  std::string subject;
  TicketState state{TicketState::new_};
  std::string priority{"normal"};
  std::optional<std::string> type;
  std::vector<std::string> tags;
  InboxId inbox;
  std::string channel{"chat"};
  bool is_routed{false};  // the router serves its inbox
  std::optional<TeamId> team;
  std::optional<AgentId> assignee;
  std::string assignee_name, assignee_status;  // as they were when the ticket was read
  customers::CustomerBrief requester;
  TimePoint created_at{}, updated_at{};
  std::optional<TimePoint> waiting_since;  // of the oldest customer message nobody answered
  std::optional<TimePoint> queued_at;      // waits for the router since
  std::optional<Offer> offer;
  int customer_message_count{0};
  int message_count{0};
  std::optional<LastMessage> last_message;
  std::string custom_fields{"{}"};
  std::optional<TimePoint> solved_at;
  std::optional<Rating> rating;
  Positions positions;
};

/// Who acts. kind: "agent", "customer" or "system".
struct Actor {
  std::string kind{"system"};
  std::int64_t id{0};
  std::string name;
  static Actor agent(AgentId id, std::string name) { return {"agent", id.value, std::move(name)}; }
  static Actor customer(CustomerId id) { return {"customer", id.value, {}}; }
  static Actor system() { return {}; }
  bool operator==(const Actor& other) const { return kind == other.kind && id == other.id; }
};

struct Attachment {
  AttachmentId id;
  std::string sha256;  // 32 bytes
  std::string name, content_type;
  std::int64_t size{0};
  std::optional<int> width, height;
};

/// How far a message that leaves the house has come; what its outbox row says.
struct Delivery {
  std::string state;
  TimePoint due_at{};
  int attempts{0};
  std::string status, error;
  nlohmann::json failures = nlohmann::json::array();  // [{recipient, status, error}]: people it will not reach
  TimePoint at{};
};

struct Message {
  MessageId id;
  TicketId ticket;
  std::string client_id;
  std::string kind{"reply"};  // reply, note, system
  Actor author;
  std::string channel{"chat"};
  std::string text;
  std::string code;           // kind system: what happened
  nlohmann::json params;
  std::string detail;        // of its channel, sealed; see set_detail_reader
  CustomerId detail_owner;   // whose key opens it
  std::string detail_key;    // that key, wrapped
  std::optional<Delivery> delivery;
  std::vector<Attachment> attachments;
  TimePoint created_at{};
};

struct Draft {
  std::string kind, text;
  TimePoint updated_at{};
};

nlohmann::json to_json(const Ticket& ticket);
nlohmann::json to_json(const Message& message);
nlohmann::json to_json(const Attachment& attachment);
nlohmann::json to_json(const Draft& draft);
nlohmann::json to_json(const Rating& rating);
nlohmann::json to_json(const Delivery& delivery);
nlohmann::json to_json(const LastMessage& message);

/// The address of a file; set once at start (it needs the signing key).
void set_file_key(std::string key);
/// What to_json(Message) shows as `email`: the channel that sealed a detail knows how to read it. Set once at start.
void set_detail_reader(std::function<nlohmann::json(const Message&)> reader);

}  // namespace parley::tickets
