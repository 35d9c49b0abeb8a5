// A client that shares no code with the server: blocking sockets, bytes as written. Every wait ends after 5 s.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

struct ssl_st;

namespace parley::channels::email::smtp {

class MailClient {
 public:
  explicit MailClient(std::uint16_t port);
  ~MailClient();
  MailClient(const MailClient&) = delete;

  /// False when the peer has closed.
  bool send(std::string_view bytes);
  /// The next reply, all its lines; what came when the peer closes in the middle, empty when nothing did.
  std::string reply();
  /// send() and reply().
  std::string say(std::string_view line);
  /// Greeting, sender and recipients, up to and with the answer to DATA, which is returned.
  std::string begin_mail(const std::string& recipients = "RCPT TO:<support@shop.example>\r\n", std::string_view greeting = "EHLO");
  bool start_tls();
  bool is_closed_within(std::chrono::milliseconds limit);
  void end_sending();
  void close();

 private:
  bool fill();

  int descriptor_{-1};
  ssl_st* ssl_{nullptr};
  std::string buffer_;
};

}  // namespace parley::channels::email::smtp
