// Requests on which two parsers in a row could disagree, and paths that try to be something else.
#include <gtest/gtest.h>

#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

struct BadRequest {
  const char* what;
  std::string bytes;
  int status;
};

std::string post(const std::string& fields, const std::string& body = {}) {
  return "POST /body HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::vector<BadRequest> bad_requests() {
  const std::string te = "Transfer-Encoding: chunked\r\n";
  return {
      {"both lengths", post("Content-Length: 5\r\n" + te, "0\r\n\r\n"), 400},
      {"both lengths, other order", post(te + "Content-Length: 5\r\n", "0\r\n\r\n"), 400},
      {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {"same length twice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"list of lengths", post("Content-Length: 5, 5\r\n", "hello"), 400},
      {"signed length", post("Content-Length: +5\r\n", "hello"), 400},
      {"negative length", post("Content-Length: -5\r\n", "hello"), 400},
      {"hexadecimal length", post("Content-Length: 0x5\r\n", "hello"), 400},
      {"huge length", post("Content-Length: 99999999999999999999999\r\n"), 400},
      {"empty length", post("Content-Length:\r\n"), 400},
      {"chunked twice", post(te + te, "0\r\n\r\n"), 400},
      {"chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501},
      {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {"chunked, identity", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 501},
      {"xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
      {"chunked for HTTP/1.0", "POST /body HTTP/1.0\r\nHost: a\r\n" + te + "\r\n0\r\n\r\n", 400},
      {"folded line", post("X-A: 1\r\n Transfer-Encoding: chunked\r\n"), 400},
      {"folded with a tab", post("X-A: 1\r\n\t2\r\n"), 400},
      {"space before colon", post("Content-Length : 5\r\n", "hello"), 400},
      {"space in name", post("Content Length: 5\r\n", "hello"), 400},
      {"empty name", post(": 5\r\n"), 400},
      {"no colon", post("Nonsense\r\n"), 400},
      {"first field folded", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"line feeds alone", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"carriage return alone", "GET / HTTP/1.1\r\nX: a\rb\r\nHost: a\r\n\r\n", 400},
      {"NUL in a value", post(std::string("X-A: a\0b\r\n", 10)), 400},
      {"bad chunk size", post(te, "xyz\r\nhello\r\n"), 400},
      {"signed chunk size", post(te, "-5\r\nhello\r\n"), 400},
      {"huge chunk size", post(te, "fffffffffffffffff\r\nhello\r\n"), 400},
      {"chunk longer than its data", post(te, "3\r\nhello\r\n0\r\n\r\n"), 400},
      {"chunk lines with line feeds", post(te, "5\nhello\n0\n\n"), 400},
      {"endless chunk extension", post(te, "5;" + std::string(20000, 'a')), 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"user in the target", "GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 400},
      {"asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/0.9", "GET /\r\n\r\n", 400},
      {"no version", "GET / please\r\nHost: a\r\n\r\n", 400},
      {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
      {"garbage", "\x01\x02\x03\x04", 400},
      {"shouting", "HELLO\r\n", 400},
  };
}

TEST(HttpHygiene, AmbiguousRequestsGetOneAnswerAndNoSecondChance) {
  TestServer server(test_options());
  for (const auto& bad : bad_requests()) {
    RawClient client(server.port());
    client.send(bad.bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto response = client.read_response();
    EXPECT_EQ(response.status, bad.status) << bad.what;
    EXPECT_EQ(response.header("connection"), "close") << bad.what;
    EXPECT_EQ(client.read_response().status, 0) << bad.what;
  }
  EXPECT_EQ(server.application.requests, 0);
  RawClient healthy(server.port());
  EXPECT_EQ(healthy.get("/ok").body, "ok");
}

TEST(HttpHygiene, PathsAreDecodedAsPromised) {
  TestServer server(test_options());
  const std::vector<std::pair<std::string, std::string>> good = {
      {"/", "/||test"},
      {"/a%20b", "/a b||test"},
      {"/a+b", "/a+b||test"},
      {"/%e4%bd%a0", "/\xe4\xbd\xa0||test"},
      {"/a/", "/a/||test"},
      {"/a?b=%2F..//", "/a|b=%2F..//|test"},
      {"/...", "/...||test"},
      {"/.hidden", "/.hidden||test"},
      {"/a?", "/a||test"},
      {"http://other/x?y", "/x|y|other"},
      {"HTTP://other", "/||other"},
  };
  RawClient client(server.port());
  for (const auto& [target, body] : good) { EXPECT_EQ(client.get(target).body, body) << target; }
}

TEST(HttpHygiene, TrickyPathsAreRefused) {
  TestServer server(test_options());
  for (const char* target :
       {"/..", "/.", "/a/../b", "/a/./b", "/a/..", "/%2e%2e/etc/passwd", "/a/.%2e/b", "//a", "/a//b", "/a%2fb", "/a%2Fb", "/%00", "/a%",
        "/a%2", "/a%zz", "/a%0ab", "/%7f", "/%ff", "/%c0%af", "/%ed%a0%80", "/%f4%90%80%80", "/%e4%bd", "/a#b", "a", "ftp://x/", "http://",
        "http:///x", "http://a?x", "/%c3("}) {
    RawClient client(server.port());
    EXPECT_EQ(client.get(target).status, 400) << target;
  }
  EXPECT_EQ(server.application.requests, 0);
}

}  // namespace
}  // namespace parley::net::test
