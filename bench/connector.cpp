// What the database connector alone commits: the rows of a chat message or of a mail, one per transaction, no server around it. The
// ceiling that Parley's throughput is compared with, taken on the same database process in the same run.
//
//   bench_connector SOCKET USER SECONDS CONNECTIONS rows|insert|mail SOURCE_SCHEMA DATABASE_PID
//       rows    message insert, ticket update, journal head and journal entry, COMMIT: what a message costs Parley at least
//       insert  one message row, auto-commit: what the database can do at most
//       mail    what a mail of a new customer costs at least: see connector_mail.cpp
// Works in a schema of its own (parley_bench), made from the tables of SOURCE_SCHEMA and dropped at the end.
#include "connector.h"

#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace bench {
namespace {

using Moment = std::chrono::steady_clock::time_point;
Moment now() { return std::chrono::steady_clock::now(); }
double ms_between(Moment from, Moment to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

constexpr int tickets = 1'000;
// The same 120 characters and the same journal body as a message through the server.
const std::string text = "Hello, my parcel should have come on Tuesday but the tracking page has not moved since. Could you please look into it?";

}  // namespace

void make_schema(const Plan& plan) {
  const auto connection = connect(plan, plan.source.c_str());
  run(*connection, "DROP DATABASE IF EXISTS parley_bench");
  run(*connection, "CREATE DATABASE parley_bench CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
  for (const char* table : {"customer", "customer_identity", "ticket", "message", "mail", "journal", "journal_head"}) {
    run(*connection, std::string("CREATE TABLE parley_bench.") + table + " LIKE " + plan.source + "." + table);
  }
  run(*connection, "INSERT INTO parley_bench.journal_head (stream, seq) VALUES (1, 0)");
  run(*connection, "INSERT INTO parley_bench.ticket (id, subject, tags, inbox_id, channel, requester_id, created_at, updated_at, custom_fields) "
                   "SELECT seq, 'Where is my parcel?', '[]', 1, 'chat', seq, 0, 0, '{}' FROM seq_1_to_" + std::to_string(tickets));
}

namespace {

class MessageRows final : public Rows {
 public:
  MessageRows(sql::Connection& connection, const Plan& plan, int number) : plan_(plan), number_(number) {
    message_ = prepare(connection, "INSERT INTO message (ticket_id, client_key, kind, author_kind, author_id, channel, text, attachment_count, created_at) "
                                   "VALUES (?,?,'reply','customer',?,'chat',?,0,?)");
    ticket_ = prepare(connection, "UPDATE ticket SET version = version + 1, updated_at = ?, customer_message_count = customer_message_count + 1, "
                                  "message_count = message_count + 1, last_message_id = LAST_INSERT_ID() WHERE id = ?");
    head_ = prepare(connection, "UPDATE journal_head SET seq = LAST_INSERT_ID(seq + 1) WHERE stream = 1");
    journal_ = prepare(connection, "INSERT INTO journal (stream, seq, kind, ticket, ticket_version, idx, command_id, at, body) "
                                   "VALUES (1, LAST_INSERT_ID(), 2, ?, 1, 0, ?, ?, ?)");
    commit_.reset(connection.createStatement());
  }

  void one(std::int64_t i) override {
    const std::int64_t ticket = 1 + (i * plan_.connections + number_) % tickets;  // no two connections on one ticket
    const std::int64_t at = now_ms();
    const std::string key = "visitor:" + std::to_string(ticket) + "/" + std::to_string(number_) + "-" + std::to_string(i);
    message_->setInt64(1, ticket);
    message_->setString(2, key);
    message_->setInt64(3, ticket);
    message_->setString(4, text);
    message_->setInt64(5, at);
    message_->executeUpdate();
    if (plan_.what == "insert") { return; }
    ticket_->setInt64(1, at);
    ticket_->setInt64(2, ticket);
    ticket_->executeUpdate();
    head_->executeUpdate();
    journal_->setInt64(1, ticket);
    journal_->setString(2, key.substr(key.size() - std::min<std::size_t>(16, key.size())));
    journal_->setInt64(3, at);
    journal_->setString(4, R"({"actor":{"id":1234,"kind":"customer"},"message_id":12345})");
    journal_->executeUpdate();
    commit_->execute("COMMIT");
  }

 private:
  const Plan& plan_;
  int number_;
  std::unique_ptr<sql::PreparedStatement> message_, ticket_, head_, journal_;
  std::unique_ptr<sql::Statement> commit_;
};

class Worker {
 public:
  Worker(const Plan& plan, int number) : connection_(connect(plan, "parley_bench")) {
    run(*connection_, "SET SESSION tx_isolation='READ-COMMITTED', time_zone='+00:00', collation_connection='utf8mb4_unicode_ci', autocommit=" +
                          std::string(plan.what == "insert" ? "1" : "0"));
    rows_ = plan.what == "mail" ? make_mail_rows(*connection_, plan, number) : std::make_unique<MessageRows>(*connection_, plan, number);
  }

  void work(const std::atomic<bool>& is_over, Moment count_from) {
    for (std::int64_t i = 0; !is_over; ++i) {
      const auto begun = now();
      rows_->one(i);
      const auto done = now();
      if (begun >= count_from) { took_ms.push_back(ms_between(begun, done)); }
    }
  }
  std::vector<double> took_ms;

 private:
  std::unique_ptr<sql::Connection> connection_;
  std::unique_ptr<Rows> rows_;
};

double own_cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// CPU seconds of the database process so far.
double database_cpu_s(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/stat");
  std::string line;
  std::getline(in, line);
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string field;
  double ticks = 0;
  for (int i = 0; i < 13 && fields >> field; ++i) { ticks += i >= 11 ? std::stod(field) : 0; }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

void measure(const Plan& plan) {
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < plan.connections; ++i) { workers.push_back(std::make_unique<Worker>(plan, i)); }
  std::atomic<bool> is_over{false};
  const auto begun = now();
  const auto count_from = begun + std::chrono::milliseconds(300);
  std::vector<std::thread> threads;
  for (auto& worker : workers) { threads.emplace_back([&, w = worker.get()] { w->work(is_over, count_from); }); }
  std::this_thread::sleep_until(count_from);
  const double own_before = own_cpu_s(), database_before = database_cpu_s(plan.database_pid);
  std::this_thread::sleep_until(count_from + std::chrono::milliseconds(static_cast<int>(plan.seconds * 1000)));
  const double own = own_cpu_s() - own_before, database = database_cpu_s(plan.database_pid) - database_before;
  is_over = true;
  for (auto& thread : threads) { thread.join(); }
  const double seconds = ms_between(count_from, now()) / 1000;
  std::vector<double> all;
  for (const auto& worker : workers) { all.insert(all.end(), worker->took_ms.begin(), worker->took_ms.end()); }
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) { return all.empty() ? 0 : all[std::min(all.size() - 1, static_cast<std::size_t>(part * static_cast<double>(all.size())))]; };
  const double count = std::max<double>(1, static_cast<double>(all.size()));
  std::printf("{\"commits\":%zu,\"per_second\":%.1f,\"p50\":%.3f,\"p99\":%.3f,\"client_us\":%.1f,\"database_us\":%.1f}\n", all.size(), count / seconds, at(0.5),
              at(0.99), own / count * 1e6, database / count * 1e6);
}

std::unique_ptr<sql::Connection> connect(const Plan& plan, const char* schema) {
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString("unix://" + plan.socket);
  options["userName"] = sql::SQLString(plan.user);
  options["password"] = sql::SQLString("");
  options["schema"] = sql::SQLString(schema);
  options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  return std::unique_ptr<sql::Connection>(get_driver_instance()->connect(options));
}

void run(sql::Connection& connection, const std::string& sql) {
  const std::unique_ptr<sql::Statement> statement(connection.createStatement());
  statement->execute(sql);
}

std::unique_ptr<sql::PreparedStatement> prepare(sql::Connection& connection, const std::string& sql) {
  return std::unique_ptr<sql::PreparedStatement>(connection.prepareStatement(sql));
}

std::int64_t now_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

}  // namespace bench

int main(int count, char** values) {
  if (count != 8) {
    std::fprintf(stderr, "bench_connector: see the head of bench/connector.cpp\n");
    return 2;
  }
  const bench::Plan plan{values[1], values[2], values[6], values[7], values[5], std::atof(values[3]), std::atoi(values[4])};
  try {
    bench::make_schema(plan);
    bench::measure(plan);
    bench::run(*bench::connect(plan, plan.source.c_str()), "DROP DATABASE parley_bench");
  } catch (const sql::SQLException& failure) {
    std::fprintf(stderr, "bench_connector: %s\n", failure.what());
    return 1;
  }
  return 0;
}
