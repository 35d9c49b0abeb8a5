// The rows of a mail that a new customer sends: customer, identity, ticket, message, mail with its compressed bytes, journal. Columns
// that are long in reality have the bytes of the newest mail that came through the server, so both write the same amount.
#include <sstream>
#include <vector>

#include "connector.h"

namespace bench {
namespace {

struct Pattern {
  std::string wrapped_key, identity, subject, text, detail, envelope, raw;
  std::vector<std::string> events;  // bodies in the journal
};

std::string text_of(sql::Connection& connection, const std::string& sql) {
  const std::unique_ptr<sql::Statement> statement(connection.createStatement());
  const std::unique_ptr<sql::ResultSet> result(statement->executeQuery(sql));
  if (!result->next()) { throw std::runtime_error("no mail has become a ticket yet: " + sql); }
  return std::string(result->getString(1));
}

Pattern pattern_of(sql::Connection& connection, const std::string& schema) {
  const std::string mail = schema + ".mail WHERE state = 'ticket' ORDER BY id DESC LIMIT 1", ticket = text_of(connection, "SELECT ticket_id FROM " + mail);
  const std::string customer = text_of(connection, "SELECT requester_id FROM " + schema + ".ticket WHERE id = " + ticket);
  const auto of = [&](const std::string& column, const std::string& table, const std::string& key, const std::string& id) {
    return text_of(connection, "SELECT " + column + " FROM " + schema + "." + table + " WHERE " + key + " = " + id + " LIMIT 1");
  };
  Pattern p{of("wrapped_key", "customer", "id", customer), of("value", "customer_identity", "customer_id", customer), of("subject", "ticket", "id", ticket),
            of("text", "message", "ticket_id", ticket), of("detail", "message", "ticket_id", ticket), text_of(connection, "SELECT envelope FROM " + mail),
            text_of(connection, "SELECT raw FROM " + mail), {}};
  const std::unique_ptr<sql::Statement> statement(connection.createStatement());
  const std::unique_ptr<sql::ResultSet> events(statement->executeQuery("SELECT body FROM " + schema + ".journal WHERE ticket = " + ticket));
  while (events->next()) { p.events.emplace_back(events->getString(1)); }
  return p;
}

class MailRows final : public Rows {
 public:
  MailRows(sql::Connection& connection, const Plan& plan, int number) : number_(number), pattern_(pattern_of(connection, plan.source)) {
    customer_ = prepare(connection, "INSERT INTO customer (name, locale, is_verified, note, custom_fields, wrapped_key, created_at, last_seen_at) "
                                    "VALUES ('Robin Example','en',0,'','{}',?,?,?) RETURNING id");
    identity_ = prepare(connection, "INSERT INTO customer_identity (customer_id, kind, lookup, value, is_verified, created_at) VALUES (?,'email',?,?,0,?)");
    ticket_ = prepare(connection, "INSERT INTO ticket (subject, tags, inbox_id, channel, requester_id, created_at, updated_at, custom_fields) VALUES (?,'[]',1,'email',?,?,?,'{}') RETURNING id");
    message_ = prepare(connection, "INSERT INTO message (ticket_id, client_key, kind, author_kind, author_id, channel, text, attachment_count, created_at, detail, detail_owner) "
                                   "VALUES (?,?,'reply','customer',?,'email',?,0,?,?,?) RETURNING id");
    change_ = prepare(connection, "UPDATE ticket SET number = id, version = 1, customer_message_count = 1, message_count = 1, last_message_id = ?, waiting_since = ? WHERE id = ?");
    mail_ = prepare(connection, "INSERT INTO mail (inbox_id, source, state, reason, duplicate_key, rfc_id, envelope, problems, size, sha256, ticket_id, message_id, received_at, raw) "
                                "VALUES (1,'smtp','ticket','no_candidate',?,?,?,'',9500,?,?,?,?,?)");
    const std::string count = std::to_string(pattern_.events.size());
    head_ = prepare(connection, "UPDATE journal_head SET seq = LAST_INSERT_ID(seq + " + count + ") WHERE stream = 1");
    std::string rows;
    for (std::size_t i = pattern_.events.size(); i > 0; --i) { rows += std::string(rows.empty() ? "" : ",") + "(1, LAST_INSERT_ID() - " + std::to_string(i - 1) + ", 2, ?, 1, 0, ?, ?, ?)"; }
    journal_ = prepare(connection, "INSERT INTO journal (stream, seq, kind, ticket, ticket_version, idx, command_id, at, body) VALUES " + rows);
    commit_.reset(connection.createStatement());
  }

  void one(std::int64_t i) override {
    at_ = now_ms();
    key_ = std::to_string(number_) + "-" + std::to_string(i) + "-" + std::to_string(at_);
    key_.resize(32, '.');
    const auto customer = insert_customer();
    const auto ticket = insert_ticket(customer);
    insert_mail(ticket, insert_message(ticket, customer));
    append_journal(ticket);
    commit_->execute("COMMIT");
  }

 private:
  /// As the server does: the driver does not hand out the new id, and RETURNING saves asking for it.
  static std::int64_t insert(sql::PreparedStatement& statement) {
    const std::unique_ptr<sql::ResultSet> result(statement.executeQuery());
    result->next();
    return result->getInt64(1);
  }

  std::int64_t insert_customer() {
    bind(*customer_, 1, pattern_.wrapped_key);
    customer_->setInt64(2, at_);
    customer_->setInt64(3, at_);
    const auto id = insert(*customer_);
    identity_->setInt64(1, id);
    identity_->setString(2, key_);
    bind(*identity_, 3, pattern_.identity);
    identity_->setInt64(4, at_);
    identity_->executeUpdate();
    return id;
  }

  std::int64_t insert_ticket(std::int64_t customer) {
    ticket_->setString(1, pattern_.subject);
    ticket_->setInt64(2, customer);
    ticket_->setInt64(3, at_);
    ticket_->setInt64(4, at_);
    return insert(*ticket_);
  }

  std::int64_t insert_message(std::int64_t ticket, std::int64_t customer) {
    message_->setInt64(1, ticket);
    message_->setString(2, "visitor:" + std::to_string(customer) + "/mail-" + key_);
    message_->setInt64(3, customer);
    message_->setString(4, pattern_.text);
    message_->setInt64(5, at_);
    bind(*message_, 6, pattern_.detail);
    message_->setInt64(7, customer);
    const auto id = insert(*message_);
    change_->setInt64(1, id);
    change_->setInt64(2, at_);
    change_->setInt64(3, ticket);
    change_->executeUpdate();
    return id;
  }

  void insert_mail(std::int64_t ticket, std::int64_t message) {
    for (const unsigned column : {1u, 2u, 4u}) { mail_->setString(column, key_); }
    bind(*mail_, 3, pattern_.envelope);
    mail_->setInt64(5, ticket);
    mail_->setInt64(6, message);
    mail_->setInt64(7, at_);
    bind(*mail_, 8, pattern_.raw);
    mail_->executeUpdate();
  }

  void append_journal(std::int64_t ticket) {
    head_->executeUpdate();
    unsigned column = 0;
    for (const auto& body : pattern_.events) {
      journal_->setInt64(++column, ticket);
      journal_->setString(++column, key_.substr(0, 16));
      journal_->setInt64(++column, at_);
      journal_->setString(++column, body);
    }
    journal_->executeUpdate();
  }

  /// Bytes as they are; the stream lives until the statement has run.
  void bind(sql::PreparedStatement& statement, unsigned column, const std::string& bytes) {
    auto& stream = streams_[column];
    stream.clear();
    stream.str(bytes);
    statement.setBlob(column, &stream);
  }

  int number_;
  Pattern pattern_;
  std::int64_t at_{0};
  std::string key_;
  std::istringstream streams_[9];  // by column
  std::unique_ptr<sql::PreparedStatement> customer_, identity_, ticket_, message_, change_, mail_, head_, journal_;
  std::unique_ptr<sql::Statement> commit_;
};

}  // namespace

std::unique_ptr<Rows> make_mail_rows(sql::Connection& connection, const Plan& plan, int number) { return std::make_unique<MailRows>(connection, plan, number); }

}  // namespace bench
