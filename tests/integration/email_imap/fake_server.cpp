#include "tests/integration/email_imap/fake_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace parley::channels::email::imap {

FakeServer::FakeServer(std::string greeting, Script script)
    : greeting_(std::move(greeting)), script_(std::move(script)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 || getsockname(listener_, generic, &size) != 0) { throw std::runtime_error("no port"); }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { accept_all(); });
}

FakeServer::~FakeServer() {
  is_stopping_ = true;
  thread_.join();
  close(listener_);
}

std::vector<std::string> FakeServer::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

std::size_t FakeServer::count(const std::string& text) const {
  const auto lines = heard();
  return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; }));
}

void FakeServer::accept_all() {
  while (!is_stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 20) <= 0) { continue; }
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) { continue; }
    ++connections_;
    serve(client);
    close(client);
  }
}

/// One client at a time is enough: the reader has one connection.
void FakeServer::serve(int client) {
  send(client, greeting_.data(), greeting_.size(), MSG_NOSIGNAL);
  std::string buffer, tag;
  while (!is_stopping_) {
    pollfd waiting{client, POLLIN, 0};
    if (poll(&waiting, 1, 20) <= 0) { continue; }
    char bytes[4096];
    const auto received = recv(client, bytes, sizeof bytes, 0);
    if (received <= 0) { return; }
    buffer.append(bytes, static_cast<std::size_t>(received));
    for (std::size_t end = buffer.find("\r\n"); end != std::string::npos; end = buffer.find("\r\n")) {
      const std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 2);
      {
        const std::lock_guard lock(mutex_);
        heard_.push_back(line);
      }
      if (const auto space = line.find(' '); space != std::string::npos) { tag = line.substr(0, space); }
      std::string reply = script_(line);
      if (reply == hang_up) { return; }
      if (reply.starts_with('$')) { reply.replace(0, 1, tag); }
      for (std::size_t at = reply.find("\n$"); at != std::string::npos; at = reply.find("\n$")) { reply.replace(at + 1, 1, tag); }
      for (std::string_view rest = reply; !rest.empty();) {
        const auto sent = send(client, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) { return; }
        rest.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
  }
}

namespace {

std::string fetched(const std::string& line, const std::vector<std::string>& mails) {
  std::istringstream words(line);
  std::string tag, uid, fetch, set;
  words >> tag >> uid >> fetch >> set;
  std::string out;
  const bool wants_body = line.find("BODY.PEEK[") != std::string::npos;
  for (std::size_t i = 1; i <= mails.size(); ++i) {
    const auto colon = set.find(':');
    const auto first = set == "*" ? mails.size() : std::stoul(set), last = colon == std::string::npos ? first : std::stoul(set.substr(colon + 1));
    if (i < first || i > last) { continue; }
    const std::string& raw = mails[i - 1];
    out += "* " + std::to_string(i) + " FETCH (UID " + std::to_string(i);
    out += wants_body ? " BODY[] {" + std::to_string(raw.size()) + "}\r\n" + raw : " FLAGS () RFC822.SIZE " + std::to_string(raw.size());
    out += ")\r\n";
  }
  return out + "$ OK done\r\n";
}

std::string found(const std::string& line, std::size_t count) {
  const auto range = line.substr(line.rfind("UID ") + 4);
  const auto first = std::stoul(range);
  const auto colon = range.find(':');
  const auto last = range.substr(colon + 1, 1) == "*" ? count : std::stoul(range.substr(colon + 1));
  std::string out = "* SEARCH";
  for (std::size_t uid = first; uid <= std::min<std::size_t>(last, count); ++uid) { out += ' ' + std::to_string(uid); }
  return out + "\r\n$ OK done\r\n";
}

}  // namespace

std::string ordinary_answer(const std::string& line, const std::vector<std::string>& mails, const std::string& capabilities) {
  const auto says = [&](const std::string& word) { return line.find(' ' + word) != std::string::npos; };
  if (line.find(' ') == std::string::npos) { return "$ OK done\r\n"; }  // DONE, or a token
  if (says("CAPABILITY")) { return "* CAPABILITY " + capabilities + "\r\n$ OK done\r\n"; }
  if (says("AUTHENTICATE")) { return "+ \r\n"; }
  if (says("SELECT")) {
    return "* " + std::to_string(mails.size()) + " EXISTS\r\n* OK [UIDVALIDITY 77] ok\r\n* OK [UIDNEXT " + std::to_string(mails.size() + 1) + "] ok\r\n$ OK [READ-WRITE] done\r\n";
  }
  if (says("UID SEARCH")) {
    const auto range = line.substr(0, line.find_first_of(" ", line.rfind("UID ") + 4));
    return found(range, mails.size());
  }
  if (says("UID FETCH")) { return fetched(line, mails); }
  if (says("IDLE")) { return "+ idling\r\n"; }
  if (says("STORE") || says("NOOP") || says("ID") || says("MOVE") || says("EXPUNGE") || says("LOGIN")) { return "$ OK done\r\n"; }
  if (says("LOGOUT")) { return "* BYE\r\n$ OK done\r\n"; }
  return {};
}

}  // namespace parley::channels::email::imap
