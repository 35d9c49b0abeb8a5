#include "cut_proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace parley::storage::testing_support {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

bool send_all(int to, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(to, data, size, MSG_NOSIGNAL);
    if (sent <= 0) { return false; }
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

CutProxy::CutProxy(std::string listen_path, std::string server_path) : server_path_(std::move(server_path)) {
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(listen_path);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 64) != 0) {
    throw std::runtime_error("cannot listen on " + listen_path);
  }
  thread_ = std::thread([this] { run(); });
}

CutProxy::~CutProxy() {
  is_stopping_ = true;
  thread_.join();
  for (Link& link : links_) { close_link(link); }
  close(listener_);
}

void CutProxy::close_link(Link& link) {
  close(link.client);
  close(link.server);
}

void CutProxy::run() {
  while (!is_stopping_) {
    std::vector<pollfd> waits{{listener_, POLLIN, 0}};
    for (const Link& link : links_) {
      waits.push_back({link.client, POLLIN, 0});
      waits.push_back({link.server, POLLIN, 0});
    }
    poll(waits.data(), waits.size(), 20);
    std::size_t index = 1;
    for (auto link = links_.begin(); link != links_.end(); index += 2) {
      const bool lives = (waits[index].revents == 0 || pass_to_server(*link)) && (waits[index + 1].revents == 0 || pass_to_client(*link));
      if (!lives) { close_link(*link); }
      link = lives ? std::next(link) : links_.erase(link);
    }
    if ((waits[0].revents & POLLIN) != 0) {
      const int client = accept(listener_, nullptr, nullptr);
      const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const sockaddr_un address = address_of(server_path_);
      std::ignore = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
      links_.push_back({client, server});
    }
  }
}

bool CutProxy::pass_to_server(Link& link) {
  std::vector<char> data(1 << 16);
  const ssize_t size = recv(link.client, data.data(), data.size(), 0);
  if (size <= 0) { return false; }
  const std::string_view text(data.data(), static_cast<std::size_t>(size));
  if (armed_ != Cut::none && text.find("UPDATE journal_head") != std::string_view::npos) {
    const Cut cut = armed_.exchange(Cut::none);
    ++cuts_;
    if (cut == Cut::before_tail) { return false; }
    link.cuts_at_answer = cut == Cut::after_answer;
    send_all(link.server, data.data(), static_cast<std::size_t>(size));
    return cut == Cut::after_answer;
  }
  return send_all(link.server, data.data(), static_cast<std::size_t>(size));
}

bool CutProxy::pass_to_client(Link& link) {
  std::vector<char> data(1 << 16);
  const ssize_t size = recv(link.server, data.data(), data.size(), 0);
  if (size <= 0 || link.cuts_at_answer) { return false; }
  return send_all(link.client, data.data(), static_cast<std::size_t>(size));
}

}  // namespace parley::storage::testing_support
