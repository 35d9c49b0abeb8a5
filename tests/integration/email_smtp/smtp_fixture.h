// A listener on a thread of its own, with a host that keeps what it is given.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "channels/email/smtp/smtp_server.h"
#include "tests/integration/email_smtp/mail_client.h"

namespace parley::channels::email::smtp {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

class KeepingHost final : public MailHost {
 public:
  struct Kept {
    Envelope envelope;
    std::shared_ptr<const std::string> raw;
    std::function<void(std::vector<Answer>)> done;
  };

  bool is_ours(std::string_view recipient) override { return recipient.ends_with("@shop.example"); }
  void deliver(Envelope envelope, std::shared_ptr<const std::string> raw, std::function<void(std::vector<Answer>)> done) override;
  std::size_t count();
  Kept take(std::size_t index = 0);
  void clear();

  /// What is answered, on a thread of its own; not set: nobody answers.
  std::function<std::vector<Answer>(const Envelope&)> answer{[](const Envelope& envelope) { return std::vector<Answer>(envelope.recipients.size(), Answer{250, "2.0.0", "kept"}); }};
  bool throws{false};

 private:
  std::mutex mutex_;
  std::vector<Kept> kept_;
};

class SmtpPort {
 public:
  explicit SmtpPort(SmtpOptions options = {});
  ~SmtpPort();

  std::uint16_t port() const { return server->port(); }
  SmtpProbe probe() const { return server->probe(); }
  /// Runs SmtpServer::stop to its end.
  void stop(milliseconds patience);
  void on_io_thread(const std::function<void()>& action);
  /// Polls for at most 5 s.
  static bool eventually(const std::function<bool()>& condition);

  KeepingHost host;
  SystemClock clock;
  boost::asio::io_context io{1};
  std::unique_ptr<SmtpServer> server;

 private:
  std::thread thread_;
};

}  // namespace parley::channels::email::smtp
