// What the bare connector commits, over and over: one implementation for each kind of transaction.
#pragma once

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <cstdint>
#include <memory>
#include <string>

namespace bench {

struct Plan {
  std::string socket, user, source, database_pid, what;
  double seconds{3};
  int connections{8};
};

std::unique_ptr<sql::Connection> connect(const Plan& plan, const char* schema);
void run(sql::Connection& connection, const std::string& sql);
std::unique_ptr<sql::PreparedStatement> prepare(sql::Connection& connection, const std::string& sql);
std::int64_t now_ms();

class Rows {
 public:
  virtual ~Rows() = default;
  /// One transaction.
  virtual void one(std::int64_t i) = 0;
};

/// Needs a mail that became a ticket in the source schema: its rows are the pattern.
std::unique_ptr<Rows> make_mail_rows(sql::Connection& connection, const Plan& plan, int number);

}  // namespace bench
