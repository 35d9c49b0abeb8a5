#include "server/net/client_address.h"

#include "server/net/header_text.h"

namespace parley::net {
namespace {

namespace ip = boost::asio::ip;

ip::address unmapped(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) { return ip::make_address_v4(ip::v4_mapped, address.to_v6()); }
  return address;
}

std::string normal(std::string_view text) {
  boost::system::error_code failure;
  const auto address = ip::make_address(std::string(text), failure);
  return failure ? std::string() : address_text(address);
}

// All lines of a field as one list. A proxy may add its line below the one the client made up, so the first alone proves nothing.
std::string joined(const Headers& headers, std::string_view name) {
  std::string list;
  for (const auto& [key, value] : headers.items) {
    if (key == name) { list.append(list.empty() ? "" : ",").append(value); }
  }
  return list;
}

}  // namespace

std::string address_text(const ip::address& address) { return unmapped(address).to_string(); }

std::string address_key(const ip::address& address) {
  const auto plain = unmapped(address);
  if (plain.is_v4()) { return plain.to_string(); }
  auto bytes = plain.to_v6().to_bytes();
  for (std::size_t i = 8; i < bytes.size(); ++i) { bytes[i] = 0; }
  return ip::address_v6(bytes).to_string();
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& addresses) {
  for (const auto& address : addresses) {
    if (auto text = normal(address); !text.empty()) { addresses_.insert(std::move(text)); }
  }
}

bool TrustedProxies::came_by_tls(const std::string& peer, const Headers& headers) const {
  return contains(peer) && joined(headers, "x-forwarded-proto") == "https";
}

std::string TrustedProxies::client_of(const std::string& peer, const Headers& headers) const {
  if (!contains(peer)) { return peer; }
  const std::string list = joined(headers, "x-forwarded-for");
  std::string_view forwarded_for = list;
  std::string client = peer;
  while (!forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto item = trim_blanks(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
    auto address = normal(item);
    if (address.empty()) { return client; }
    client = std::move(address);
    if (!contains(client) || comma == std::string_view::npos) { return client; }
    forwarded_for = forwarded_for.substr(0, comma);
  }
  return client;
}

}  // namespace parley::net
