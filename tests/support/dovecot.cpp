#include "tests/support/dovecot.h"

#include <arpa/inet.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace parley::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const fs::path program = "/usr/sbin/dovecot";

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A blocking connection for the few lines a test has to say.
class Line {
 public:
  explicit Line(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const sockaddr_in address = loopback(port);
    is_open_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Line() { close(socket_); }
  Line(const Line&) = delete;

  bool is_open() const { return is_open_; }
  /// The last line of a reply ("250-..." goes on), empty at the end.
  std::string read() {
    std::string line;
    for (char byte = 0; recv(socket_, &byte, 1, 0) == 1;) {
      if (byte != '\n') {
        line += byte;
      } else if (line.size() > 3 && line[3] == '-') {
        line.clear();
      } else {
        return line;
      }
    }
    return {};
  }
  void ask(std::string_view text, std::string_view expected) {
    for (std::string_view rest = text; !rest.empty();) {
      const auto sent = send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) { throw std::runtime_error("LMTP broke"); }
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (const std::string reply = read(); !reply.starts_with(expected)) { throw std::runtime_error("LMTP said: " + reply); }
  }

 private:
  int socket_;
  bool is_open_{false};
};

std::uint16_t free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  const bool is_bound = bind(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                        getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(probe);
  if (!is_bound) { throw std::runtime_error("no free port"); }
  return ntohs(address.sin_port);
}

/// Lines end in CRLF and begin with no single dot.
std::string dot_stuffed(std::string_view mail) {
  std::string out;
  bool is_line_start = true;
  for (std::size_t i = 0; i < mail.size(); ++i) {
    if (is_line_start && mail[i] == '.') { out += '.'; }
    if (mail[i] == '\n' && (i == 0 || mail[i - 1] != '\r')) { out += '\r'; }
    out += mail[i];
    is_line_start = mail[i] == '\n';
  }
  return out + (is_line_start ? ".\r\n" : "\r\n.\r\n");
}

std::string file_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

[[noreturn]] void become_dovecot(const fs::path& configuration, uid_t user, gid_t group, pid_t parent) {
  setsid();
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0)) { _exit(126); }
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // after setuid, which clears it
  if (getppid() != parent) { _exit(127); }
  execl(program.c_str(), "dovecot", "-F", "-c", configuration.c_str(), static_cast<char*>(nullptr));
  _exit(127);
}

}  // namespace

bool Dovecot::is_installed() { return fs::exists(program) && fs::exists("/usr/lib/dovecot/imap") && fs::exists("/usr/lib/dovecot/lmtp"); }

Dovecot::Dovecot(DovecotOptions options)
    : options_(std::move(options)), imap_port_(free_port()), imaps_port_(free_port()), lmtp_port_(free_port()), user_(geteuid()), group_(getegid()) {
  if (!is_installed()) { throw std::runtime_error("dovecot-imapd and dovecot-lmtpd are not installed: scripts/dependencies test"); }
  if (const passwd* const nobody = user_ == 0 ? getpwnam("nobody") : nullptr) {
    user_ = nobody->pw_uid;
    group_ = nobody->pw_gid;
  }
  std::string name = fs::temp_directory_path() / "parley-dovecot-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) { throw std::runtime_error("no temporary folder"); }
  folder_ = name;
  own(folder_);
  write_configuration();
  start();
}

Dovecot::~Dovecot() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Dovecot::own(const fs::path& path) const {
  if (geteuid() == 0 && chown(path.c_str(), user_, group_) != 0) { throw std::runtime_error("cannot give " + path.string() + " away"); }
}

void Dovecot::write_configuration() {
  const passwd* const account = getpwuid(user_);
  const std::string user = account->pw_name, group = getgrgid(group_)->gr_name;
  const std::string folder = folder_.string();
  std::ofstream file(folder_ / "dovecot.conf");
  file << "base_dir=" << folder << "/run\nstate_dir=" << folder << "/state\nlog_path=" << folder << "/log\nprotocols=imap lmtp\nlisten=127.0.0.1\n"
       << "disable_plaintext_auth=no\nauth_failure_delay=0\nfirst_valid_uid=1\nfirst_valid_gid=1\n"
       << "default_internal_user=" << user << "\ndefault_internal_group=" << group << "\ndefault_login_user=" << user << "\n"
       << "mail_location=maildir:" << folder << "/mail/%u\nmail_max_userip_connections=100\n"
       << "passdb {\n  driver=static\n  args=password=test\n}\n"
       << "userdb {\n  driver=static\n  args=uid=" << user_ << " gid=" << group_ << " home=" << folder << "/mail/%u\n}\n"
       << "service imap-login {\n  chroot=\n  inet_listener imap {\n    port=" << imap_port_ << "\n  }\n  inet_listener imaps {\n    port="
       << (options_.certificate_file.empty() ? 0 : imaps_port_) << "\n    ssl=yes\n  }\n}\n"
       << "service lmtp {\n  chroot=\n  inet_listener lmtp {\n    port=" << lmtp_port_ << "\n  }\n}\n"
       << "service anvil {\n  chroot=\n  unix_listener anvil-auth-penalty {\n    mode=0\n  }\n}\nservice stats {\n  chroot=\n}\n";
  if (options_.certificate_file.empty()) {
    file << "ssl=no\n";
  } else {
    for (const auto& [from, to] : {std::pair(options_.certificate_file, folder_ / "certificate.pem"), std::pair(options_.key_file, folder_ / "key.pem")}) {
      fs::copy_file(from, to);
      own(to);
    }
    file << "ssl=yes\nssl_cert=<" << folder << "/certificate.pem\nssl_key=<" << folder << "/key.pem\nssl_dh=\n";
  }
  if (!options_.capabilities.empty()) { file << "imap_capability=" << options_.capabilities << "\n"; }
  file << options_.extra << "\n";
  fs::create_directory(folder_ / "mail");
  own(folder_ / "mail");
}

void Dovecot::start() {
  if (process_ != 0) { return; }
  const fs::path configuration = folder_ / "dovecot.conf";
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) { become_dovecot(configuration, user_, group_, parent); }
  if (process_ < 0) { throw std::runtime_error("cannot start Dovecot"); }
  wait_until_ready();
}

void Dovecot::wait_until_ready() {
  for (const auto end = Clock::now() + 10s; Clock::now() < end; std::this_thread::sleep_for(10ms)) {
    if (waitpid(process_, nullptr, WNOHANG) != 0) {
      process_ = 0;
      break;
    }
    Line imap(imap_port_), lmtp(lmtp_port_);
    if (imap.is_open() && lmtp.is_open() && imap.read().starts_with("* OK")) { return; }
  }
  throw std::runtime_error("Dovecot does not start: " + log());
}

void Dovecot::stop() {
  if (process_ == 0) { return; }
  kill(process_, SIGTERM);
  siginfo_t exited{};
  for (const auto end = Clock::now() + 5s; Clock::now() < end && exited.si_pid == 0; std::this_thread::sleep_for(5ms)) {
    waitid(P_PID, static_cast<id_t>(process_), &exited, WEXITED | WNOWAIT | WNOHANG);
  }
  kill(-process_, SIGKILL);  // its children would keep idle connections for ten seconds more
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

void Dovecot::deliver(const std::string& user, std::string_view mail) {
  Line lmtp(lmtp_port_);
  lmtp.ask("LHLO test.example\r\n", "2");  // its reply is the greeting, the reply to LHLO comes next
  lmtp.ask("MAIL FROM:<sender@test.example>\r\n", "2");
  lmtp.ask("RCPT TO:<" + user + ">\r\n", "2");
  lmtp.ask("DATA\r\n", "2");
  if (!lmtp.read().starts_with("3")) { throw std::runtime_error("LMTP takes no data"); }
  lmtp.ask(dot_stuffed(mail), "2");
}

void Dovecot::put(const std::string& user, std::string_view mail, const std::string& flags) {
  const fs::path root = mail_folder(user, {});
  for (const fs::path& folder : {root, root / "cur", root / "new", root / "tmp"}) {
    if (fs::create_directory(folder)) { own(folder); }
  }
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const std::string name = std::to_string(now) + ".P" + std::to_string(++mails_put_) + ".test:2," + flags;
  const fs::path written = root / "tmp" / name;
  std::ofstream(written, std::ios::binary) << mail;
  own(written);
  fs::rename(written, root / "cur" / name);
}

void Dovecot::renumber(const std::string& user) {
  const fs::path root = mail_folder(user, {});
  const std::string list = file_text(root / "dovecot-uidlist");
  std::uint32_t validity = 0;
  if (const auto at = list.find(" V"); at != std::string::npos) { validity = static_cast<std::uint32_t>(std::stoul(list.substr(at + 2))); }
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.path().filename().string().starts_with("dovecot")) { fs::remove(entry); }
  }
  std::ofstream(root / "dovecot-uidlist") << "3 V" << validity + 1 << " N1\n";
  own(root / "dovecot-uidlist");
}

fs::path Dovecot::mail_folder(const std::string& user, const std::string& mailbox) const {
  return folder_ / "mail" / user / (mailbox.empty() ? std::string() : "." + mailbox);
}

std::vector<fs::path> Dovecot::mails(const std::string& user, const std::string& mailbox) const {
  std::vector<fs::path> found;
  for (const char* const part : {"new", "cur"}) {
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(mail_folder(user, mailbox) / part, missing)) { found.push_back(entry.path()); }
  }
  return found;
}

std::size_t Dovecot::count_with_flag(const std::string& user, char flag, const std::string& mailbox) const {
  const auto all = mails(user, mailbox);
  return static_cast<std::size_t>(std::ranges::count_if(all, [flag](const fs::path& path) {
    const std::string name = path.filename();
    const auto flags = name.find(":2,");
    return flags != std::string::npos && name.find(flag, flags + 3) != std::string::npos;
  }));
}

std::string Dovecot::log() const { return file_text(folder_ / "log"); }

}  // namespace parley::test
