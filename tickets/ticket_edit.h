// One command's changes to one ticket: fields, messages, events. Nothing is written to the ticket's row before save().
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/event_kind.h"
#include "base/result.h"
#include "storage/transaction.h"
#include "tickets/ticket.h"

namespace parley::tickets {

class TicketEdit {
 public:
  /// Errors: not_found.
  static Result<TicketEdit> open(storage::Transaction& tx, TicketId id, Actor actor);
  /// A ticket inserted in this transaction.
  static TicketEdit created(storage::Transaction& tx, Ticket ticket, Actor actor);

  const Ticket& ticket() const { return ticket_; }
  const Actor& actor() const { return actor_; }
  storage::Transaction& tx() { return tx_; }

  /// Errors: conflict "bad_transition".
  Status set_state(TicketState state);
  void set_priority(const std::string& priority);
  void set_type(const std::optional<std::string>& type);
  void set_tags(std::vector<std::string> tags);
  void set_subject(const std::string& subject);
  void set_custom_fields(const std::string& json_text);
  void set_team(std::optional<TeamId> team, const std::string& from_name, const std::string& to_name);
  /// Only the assigner calls this (tickets/assignment.cpp).
  void set_assignee(std::optional<AgentId> assignee, std::string name = {}, std::string status = {});
  void set_offer(std::optional<Offer> offer);
  void set_queued(std::optional<TimePoint> since);
  void set_rating(Rating rating);
  void set_waiting_since(std::optional<TimePoint> since);
  void set_requester(CustomerId requester);

  /// A line in the conversation that says what happened, for staff.
  void say(std::string code, nlohmann::json params);
  /// Inserts a reply or note and counts it. A duplicate client key throws DatabaseError(1062).
  /// A customer's message that asks no answer (an out-of-office note) leaves nobody waiting.
  Message add_message(Message message, const std::string& client_key, bool asks_answer = true);
  /// Adds a further kind of event about this command (ticket.offered, ticket.rated ...).
  void mark(EventKind kind, std::string reason = {});

  /// Writes the row with the next version and appends the events; does nothing when nothing changed.
  void save();

 private:
  TicketEdit(storage::Transaction& tx, Ticket ticket, Actor actor) : tx_(tx), ticket_(std::move(ticket)), actor_(std::move(actor)) {}
  void change(const char* field, nlohmann::json from, nlohmann::json to);
  void append(EventKind kind, const nlohmann::json& changes, std::optional<MessageId> message, const std::string& reason = {});

  storage::Transaction& tx_;
  Ticket ticket_;
  Actor actor_;
  bool is_new_{false};
  bool is_dirty_{false};
  nlohmann::json changes_ = nlohmann::json::array();
  std::vector<MessageId> messages_;  // replies and notes
  std::vector<MessageId> lines_;     // system messages
  std::vector<std::pair<EventKind, std::string>> marks_;
};

/// Journals that something about a stored message changed which is no change of its ticket: its delivery, its text read anew.
void announce_message(storage::Transaction& tx, MessageId message, const Actor& actor = Actor::system());

}  // namespace parley::tickets
