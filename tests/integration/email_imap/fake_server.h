// A server that follows a script: it greets, and answers each line of the client by a function.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace parley::channels::email::imap {

class FakeServer {
 public:
  /// Gets a line without CRLF, gives what goes back ("$" at the start of a line is the tag of the last command). Nothing: silence.
  using Script = std::function<std::string(const std::string& line)>;
  static constexpr auto hang_up = "\1";  // as an answer

  FakeServer(std::string greeting, Script script);
  ~FakeServer();
  FakeServer(const FakeServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::vector<std::string> heard() const;
  std::size_t connections() const { return connections_; }
  /// How often the client said a line with this in it.
  std::size_t count(const std::string& text) const;

 private:
  void accept_all();
  void serve(int client);

  std::string greeting_;
  Script script_;
  int listener_;
  std::uint16_t port_{0};
  std::atomic<std::size_t> connections_{0};
  std::atomic<bool> is_stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> heard_;
  std::thread thread_;
};

/// What a mailbox with these mails (UID 1, 2, …) answers; empty for other commands. Lines without a space are answered with OK.
std::string ordinary_answer(const std::string& line, const std::vector<std::string>& mails, const std::string& capabilities = "IMAP4rev1 IDLE UIDPLUS MOVE");

}  // namespace parley::channels::email::imap
