// A private Dovecot for tests: IMAP, IMAP over TLS and LMTP on free ports of 127.0.0.1, mail in a temporary folder. Every user exists and has
// the password "test". Runs as nobody when the test is root. Ends with its owner's thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace parley::test {

struct DovecotOptions {
  std::filesystem::path certificate_file, key_file;  // PEM; empty: no TLS
  std::string capabilities;                          // what is announced after log-in; empty: all
  std::string extra;                                 // more lines for the configuration
};

class Dovecot {
 public:
  /// Starts. Throws std::runtime_error with Dovecot's log.
  explicit Dovecot(DovecotOptions options = {});
  ~Dovecot();
  Dovecot(const Dovecot&) = delete;
  Dovecot& operator=(const Dovecot&) = delete;

  static bool is_installed();

  /// Ends it with all its connections; start() has the same ports and mail.
  void stop();
  void start();

  std::uint16_t imap_port() const { return imap_port_; }    // plain, and STARTTLS
  std::uint16_t imaps_port() const { return imaps_port_; }  // only with a certificate
  std::uint16_t lmtp_port() const { return lmtp_port_; }

  /// By LMTP, as a mail server would.
  void deliver(const std::string& user, std::string_view mail);
  /// Straight into the folder, with Maildir flags such as "S" (seen).
  void put(const std::string& user, std::string_view mail, const std::string& flags);
  /// Numbers all mails of the inbox anew (UIDVALIDITY changes). Only while stopped.
  void renumber(const std::string& user);

  /// Maildir files (new and cur) of a mailbox; `mailbox` as modified UTF-7, empty for the inbox.
  std::vector<std::filesystem::path> mails(const std::string& user, const std::string& mailbox = {}) const;
  /// How many of them have this Maildir flag.
  std::size_t count_with_flag(const std::string& user, char flag, const std::string& mailbox = {}) const;
  std::string log() const;

 private:
  std::filesystem::path mail_folder(const std::string& user, const std::string& mailbox) const;
  void write_configuration();
  void own(const std::filesystem::path& path) const;
  void wait_until_ready();

  DovecotOptions options_;
  std::filesystem::path folder_;
  std::uint16_t imap_port_, imaps_port_, lmtp_port_;
  uid_t user_;
  gid_t group_;
  pid_t process_{0};
  std::uint64_t mails_put_{0};
};

}  // namespace parley::test
