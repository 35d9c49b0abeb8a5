#include "tests/fuzz/net/mutator.h"

#include <string_view>

#include "tests/integration/net/raw_client.h"

namespace parley::net::test {
namespace {

std::vector<std::string> corpus() {
  const std::string upgrade = handshake_bytes("/echo");
  const std::string wide = std::string(300, 'w');
  return {
      "GET /ok HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a%20b/c?x=%2F&y HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\nCookie: a=b; c=d\r\n\r\n",
      "HEAD /big HTTP/1.1\r\nHost: a\r\nRange: bytes=0-5\r\nIf-None-Match: \"7\"\r\n\r\n",
      "GET /tag HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET http://host/path?q HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4, ::1\r\n\r\n",
      "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
      "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nabcd",
      "PUT /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=\"b\"\r\n world\r\n0\r\nX-T: 1\r\n\r\n",
      "GET /ok HTTP/1.1\r\nHost: a\r\n\r\nPOST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nokGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
      upgrade + frame_bytes(1, "hello") + frame_bytes(9, "ping") + frame_bytes(8, "\x03\xe8"),
      upgrade + frame_bytes(1, "one", false) + frame_bytes(0, "two", false) + frame_bytes(10, "") + frame_bytes(0, "three"),
      upgrade + frame_bytes(1, wide) + frame_bytes(1, "\xe4\xbd\xa0\xe5\xa5\xbd") + frame_bytes(2, "binary"),
      handshake_bytes("/burst", "Sec-WebSocket-Protocol: parley.v1, bearer.x\r\n") + frame_bytes(1, "close"),
      handshake_bytes("/refuse") + frame_bytes(8, ""),
      handshake_bytes("/denied"),
  };
}

constexpr std::string_view tokens[] = {"\r\n", "\r\n\r\n", "\n", "\r", " ", "\t", ":", "Content-Length: 5\r\n", "Content-Length: 99999999999\r\n",
                                       "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Host: b\r\n", "Upgrade: websocket\r\n",
                                       "Connection: close, Upgrade\r\n", "Expect: 100-continue\r\n", "%00", "%2e%2e/", "/../", "//", "%ff", "HTTP/1.1",
                                       "HTTP/1.0", "0\r\n\r\n", "ffffffffffffffff\r\n", "-1", "GET ", "\xff\xff", "\x81\xfe", "\x88\x80", "\x89\xfd"};

}  // namespace

Mutator::Mutator(std::uint64_t seed) : random_(seed), corpus_(corpus()) {}

std::string Mutator::next() {
  std::string bytes = corpus_[below(corpus_.size())];
  if (below(4) == 0) { bytes += corpus_[below(corpus_.size())]; }
  for (std::size_t i = below(5); i > 0; --i) { damage(bytes); }
  return bytes;
}

void Mutator::damage(std::string& bytes) {
  const std::size_t at = below(bytes.size());
  const std::size_t length = 1 + below(16);
  switch (below(8)) {
    case 0:
      if (!bytes.empty()) { bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8))); }
      return;
    case 1:
      if (!bytes.empty()) { bytes[at] = static_cast<char>(below(256)); }
      return;
    case 2: bytes.erase(at, length); return;
    case 3: bytes.insert(at, bytes.substr(at, length)); return;
    case 4: bytes.resize(at); return;
    case 5: bytes.insert(at, tokens[below(std::size(tokens))]); return;
    case 6: bytes.insert(at, std::string(1 + below(9000), static_cast<char>(below(256)))); return;
    default: {
      const std::string& other = corpus_[below(corpus_.size())];
      const std::size_t from = below(other.size());
      bytes.replace(at, length, other.substr(from, 1 + below(64)));
    }
  }
}

}  // namespace parley::net::test
