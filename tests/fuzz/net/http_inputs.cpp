#include "tests/fuzz/net/http_inputs.h"

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

parley::test::Mutator http_mutator(std::uint64_t seed) {
  return {seed, corpus(), {std::begin(tokens), std::end(tokens)}, {.blows = 5, .length = 16, .run = 9'000, .splice = 64}};
}

}  // namespace parley::net::test
