// Whom a request comes from.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "server/net/http.h"

namespace parley::net {

/// "192.0.2.1" also for an IPv4 peer on an IPv6 listener.
std::string address_text(const boost::asio::ip::address& address);

/// Key of the per-address limit: an IPv4 address, or the /64 network of an IPv6 address (one household has 2^64 of them).
std::string address_key(const boost::asio::ip::address& address);

class TrustedProxies {
 public:
  explicit TrustedProxies(const std::vector<std::string>& addresses);
  bool contains(std::string_view address) const { return addresses_.contains(std::string(address)); }
  /// The last address of X-Forwarded-For that is not a trusted proxy itself; `peer` when the peer is not trusted or the field is
  /// not a list of addresses. Whatever stands left of that address was written by the client and is not believed.
  std::string client_of(const std::string& peer, const Headers& headers) const;
  /// X-Forwarded-Proto of a trusted peer says https.
  bool came_by_tls(const std::string& peer, const Headers& headers) const;

 private:
  std::unordered_set<std::string> addresses_;
};

}  // namespace parley::net
