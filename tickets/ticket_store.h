// SQL of tickets, messages, attachments, read positions and drafts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/page.h"
#include "base/principal.h"
#include "storage/transaction.h"
#include "tickets/ticket.h"

namespace parley::tickets {

std::optional<Ticket> find_ticket(storage::Transaction& tx, TicketId id);
std::vector<Ticket> load_tickets(storage::Transaction& tx, const std::vector<std::int64_t>& ids);
TicketId insert_ticket(storage::Transaction& tx, const Ticket& ticket);
/// Writes every mutable column, on top of version - 1; last_message is taken by its id. Throws DatabaseError::stale when the row
/// has moved on, which makes the lane run the command again: cheaper than a lock for what one lane writes anyway.
void save_ticket(storage::Transaction& tx, const Ticket& ticket);

struct TicketQuery {
  std::string view{"open"};
  std::optional<TeamId> team;
  std::string text;
  std::string sort{"updated"};  // updated, waiting, created
  std::optional<PageKey> after;
  int limit{50};
};
/// What `who` may see. The page key of a row is page_key(row, sort).
std::vector<Ticket> list_tickets(storage::Transaction& tx, const Principal& who, const TicketQuery& query);
PageKey page_key(const Ticket& ticket, const std::string& sort);
std::vector<Ticket> tickets_of_customer(storage::Transaction& tx, CustomerId customer, const std::optional<PageKey>& after, int limit);

struct ViewCounts {
  std::int64_t mine{0}, unassigned{0}, open{0}, pending{0}, on_hold{0}, solved{0}, closed{0};
  std::map<std::int64_t, std::int64_t> teams;  // unsolved, by team
};
ViewCounts count_views(storage::Transaction& tx, const Principal& who);

MessageId insert_message(storage::Transaction& tx, const Message& message, const std::string& client_key);
/// Its text and its channel's detail were read anew, attachments were added.
void rewrite_message(storage::Transaction& tx, const Message& message);
std::optional<Message> find_message_by_client_key(storage::Transaction& tx, const std::string& client_key);
/// One author ("visitor:5") became another: a repeated post still finds its first outcome, an upload still its message.
void rename_author(storage::Transaction& tx, const std::string& from, const std::string& to);
std::vector<Message> load_messages(storage::Transaction& tx, const std::vector<std::int64_t>& ids);
struct MessageQuery {
  std::int64_t before{0}, after{0};
  int limit{50};
  bool is_public_only{false};
  std::string channel{};  // empty: any
};
/// Oldest first; `has_more` in the direction asked.
std::vector<Message> list_messages(storage::Transaction& tx, TicketId ticket, const MessageQuery& query, bool& has_more);

AttachmentId insert_attachment(storage::Transaction& tx, const Attachment& attachment, const std::string& uploader);
std::optional<Attachment> find_attachment(storage::Transaction& tx, AttachmentId id);
/// New uploads with the files of those of `ids` that hang on a message of this ticket, by the old id: one file may be sent again.
std::map<AttachmentId, AttachmentId> copy_attachments(storage::Transaction& tx, TicketId ticket, const std::vector<AttachmentId>& ids, const std::string& uploader);
/// Ties uploads to a message; false when one is not this uploader's or is used already.
bool claim_attachments(storage::Transaction& tx, const std::vector<AttachmentId>& ids, const std::string& uploader, MessageId message);
/// Removes uploads that no message named in time; returns the hashes of files that no row needs any more.
std::vector<std::string> forget_unused_uploads(storage::Transaction& tx, TimePoint before, int limit);
std::vector<Attachment> load_attachments(storage::Transaction& tx, const std::vector<AttachmentId>& ids);

Positions positions_of(storage::Transaction& tx, TicketId id);
/// Moves one position forward, never back. `column` is one of the four position columns. True when it moved.
enum class PositionKind : std::uint8_t { customer_read, customer_delivered, agent_read, agent_delivered };
bool advance_position(storage::Transaction& tx, TicketId id, PositionKind kind, MessageId message);
int set_agent_read(storage::Transaction& tx, TicketId id, AgentId agent, MessageId message);
std::map<std::int64_t, int> read_counts(storage::Transaction& tx, AgentId agent, const std::vector<std::int64_t>& tickets);
/// The newest public message of the chat when something else (a note, an e-mail) stands above it, else nothing. Of tickets that began as a chat.
std::optional<LastMessage> last_chat_reply(storage::Transaction& tx, const Ticket& ticket);
/// Public messages after `message` in one channel and from one kind of author.
int count_messages_after(storage::Transaction& tx, TicketId id, MessageId message, const char* channel, const char* author_kind);

std::vector<Draft> drafts_of(storage::Transaction& tx, TicketId id, AgentId agent);
void save_draft(storage::Transaction& tx, TicketId id, AgentId agent, const Draft& draft);
void delete_draft(storage::Transaction& tx, TicketId id, AgentId agent, const std::string& kind);

void insert_decision(storage::Transaction& tx, TicketId id, std::optional<AgentId> agent, const std::string& reason, const std::string& explanation);
/// Somebody chose this agent himself (a colleague's assignment, his own first reply) at or after `since`.
bool is_chosen_by_hand(storage::Transaction& tx, TicketId id, AgentId agent, TimePoint since);
/// Who gave which ticket back (declined, or let the offer lapse) since then.
std::vector<std::pair<TicketId, AgentId>> recent_refusals(storage::Transaction& tx, TimePoint since);
/// Tickets that wait for the router, oldest first.
std::vector<Ticket> queued_tickets(storage::Transaction& tx, int limit);
std::vector<TicketId> expired_offers(storage::Transaction& tx, TimePoint now);
/// Unsolved chats of an agent plus offers made to him: what counts against his capacity.
int chat_load(storage::Transaction& tx, AgentId agent, TicketId except);
std::vector<AgentId> agents_with_offers(storage::Transaction& tx);
std::map<std::int64_t, int> chat_loads(storage::Transaction& tx);
/// Agents who hold a chat whose customer has waited since `since` or later.
std::vector<AgentId> awaited_agents(storage::Transaction& tx, TimePoint since);
/// Chats of this agent that wait for an answer.
std::vector<TicketId> waiting_chats_of(storage::Transaction& tx, AgentId agent);
struct QueuePlace {
  TicketId ticket;
  CustomerId customer;
  int position{0};  // 1 is next
};
/// The line of every inbox, at most the first 2,000 places.
std::vector<QueuePlace> queue_places(storage::Transaction& tx);
int queue_position(storage::Transaction& tx, const Ticket& ticket);
std::vector<TicketId> ticket_ids_of(storage::Transaction& tx, CustomerId customer);

}  // namespace parley::tickets
