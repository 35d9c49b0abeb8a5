// A mail server that does what a test tells it: says strange things, hangs up at any point, and remembers what really reached it.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/certificate.h"

namespace parley::channels::email::testing_support {

struct ReceivedMail {
  std::string from;                     // all that follows "MAIL FROM:"
  std::vector<std::string> recipients;  // that were taken
  std::string data;                     // dots removed again
};

/// What the server says to `event`: a command line, or "<connect>", "<content N>" (after each piece, N bytes so far), "<dot>". Empty: what
/// a good server says. Ends with "!cut": then closes; "!reset": then aborts; "!silent": then waits for the client to go.
using Script = std::function<std::string(const std::string& event)>;

class ScriptedServer {
 public:
  struct Options {
    std::vector<std::string> extensions{"PIPELINING", "SIZE 50000000", "8BITMIME", "ENHANCEDSTATUSCODES"};
    Script script;
    std::string certificate_file, key_file;  // empty: no TLS
    bool begins_with_tls{false};
  };

  explicit ScriptedServer(Options options);
  ~ScriptedServer();

  std::uint16_t port() const { return port_; }
  std::vector<ReceivedMail> mails() const;      // whose dot was read and that were not answered by 4xx or 5xx
  std::vector<std::string> commands() const;    // all lines of all connections, in order
  int connections() const { return connections_; }
  int dots() const { return dots_; }            // whole mails read, whatever the answer

 private:
  class Session;
  void listen_on_loopback();
  void accept_all();

  Options options_;
  SSL_CTX* tls_{nullptr};
  int listener_{-1};
  std::uint16_t port_{0};
  std::atomic<int> connections_{0}, dots_{0};
  std::atomic<bool> is_stopping_{false};
  mutable std::mutex mutex_;
  std::vector<ReceivedMail> mails_;
  std::vector<std::string> commands_;
  std::list<std::thread> sessions_;
  std::set<int> sockets_;  // of the open connections
  std::thread thread_;
};

}  // namespace parley::channels::email::testing_support
