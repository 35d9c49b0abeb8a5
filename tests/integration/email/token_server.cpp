#include "tests/integration/email/token_server.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

namespace parley::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

TokenServer::Form form_of(std::string_view body) {
  TokenServer::Form form;
  while (!body.empty()) {
    const auto pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    const auto is = pair.find('=');
    form[decoded(pair.substr(0, is))] = decoded(pair.substr(is + 1));
  }
  return form;
}

std::string read_body(tcp::socket& socket) {
  std::string bytes;
  const auto end = asio::read_until(socket, asio::dynamic_buffer(bytes), "\r\n\r\n");
  const auto header = bytes.find("Content-Length: ");
  const auto length = std::stoul(bytes.substr(header + 16));
  if (bytes.size() < end + length) { asio::read(socket, asio::dynamic_buffer(bytes), asio::transfer_exactly(end + length - bytes.size())); }
  return bytes.substr(end, length);
}

}  // namespace

TokenServer::TokenServer() : thread_([this] { serve(); }) {}

TokenServer::~TokenServer() {
  is_stopping_ = true;
  boost::system::error_code ignored;
  asio::io_context io;
  tcp::socket knock(io);
  knock.connect({asio::ip::address_v4::loopback(), port_}, ignored);
  thread_.join();
}

void TokenServer::answer(int status, std::string body) {
  const std::scoped_lock lock(mutex_);
  status_ = status;
  body_ = std::move(body);
}

std::vector<TokenServer::Form> TokenServer::asked() const {
  const std::scoped_lock lock(mutex_);
  return asked_;
}

void TokenServer::serve() {
  while (true) {
    tcp::socket socket(io_);
    acceptor_.accept(socket);
    if (is_stopping_) { return; }
    boost::system::error_code ignored;
    try {
      const auto form = form_of(read_body(socket));
      std::string answer;
      {
        const std::scoped_lock lock(mutex_);
        asked_.push_back(form);
        answer = "HTTP/1.1 " + std::to_string(status_) + " X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + std::to_string(body_.size()) + "\r\n\r\n" + body_;
      }
      asio::write(socket, asio::buffer(answer));
    } catch (const std::exception&) { socket.close(ignored); }
  }
}

}  // namespace parley::test
