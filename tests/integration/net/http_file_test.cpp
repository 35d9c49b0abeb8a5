#include <gtest/gtest.h>

#include <fstream>

#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

class HttpFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("parley_net_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "directory");
    for (int i = 0; content_.size() < 5'000'000; ++i) { content_ += std::to_string(i) + ","; }
    std::ofstream(folder_ / "large.txt") << content_;
    std::ofstream(folder_ / "empty.txt");
    std::ofstream(folder_ / "digits.txt") << "0123456789";
    server_.application.folder = folder_;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::string content_;
  TestServer server_{test_options()};
};

TEST_F(HttpFile, LargeFileArrivesWhole) {
  RawClient client(server_.port());
  const auto response = client.get("/file/large.txt");
  EXPECT_EQ(response.header("accept-ranges"), "bytes");
  EXPECT_TRUE(response.body == content_);
  EXPECT_EQ(client.get("/file/empty.txt").header("content-length"), "0");
}

TEST_F(HttpFile, OneRangeIsServed) {
  RawClient client(server_.port());
  struct Case {
    const char *range, *body, *content_range;
    int status;
  };
  for (const Case& item : {Case{"bytes=2-4", "234", "bytes 2-4/10", 206}, Case{"bytes=7-", "789", "bytes 7-9/10", 206},
                           Case{"bytes=-3", "789", "bytes 7-9/10", 206}, Case{"bytes=-30", "0123456789", "bytes 0-9/10", 206},
                           Case{"bytes=9-100", "9", "bytes 9-9/10", 206}, Case{"bytes=10-", "", "bytes */10", 416},
                           Case{"bytes=-0", "", "bytes */10", 416}, Case{"bytes=4-2", "0123456789", "", 200},
                           Case{"bytes=0-1,3-4", "0123456789", "", 200}, Case{"lines=1-2", "0123456789", "", 200},
                           Case{"bytes=a-b", "0123456789", "", 200}, Case{"bytes=99999999999999999999-", "0123456789", "", 200}}) {
    const auto response = client.get("/file/digits.txt", std::string("Range: ") + item.range + "\r\n");
    EXPECT_EQ(response.status, item.status) << item.range;
    EXPECT_EQ(response.body, item.body) << item.range;
    EXPECT_EQ(response.header("content-range"), item.content_range) << item.range;
  }
}

TEST_F(HttpFile, ConditionsAreKept) {
  RawClient client(server_.port());
  EXPECT_EQ(client.get("/file/digits.txt", "Range: bytes=0-1\r\nIf-Range: \"f1\"\r\n").status, 206);
  EXPECT_EQ(client.get("/file/digits.txt", "Range: bytes=0-1\r\nIf-Range: \"f0\"\r\n").status, 200);
  EXPECT_EQ(client.get("/file/digits.txt", "If-None-Match: \"f1\"\r\n").status, 304);
  EXPECT_EQ(client.get("/ok").body, "ok");
}

TEST_F(HttpFile, HeadOfAFileHasNoBody) {
  RawClient client(server_.port());
  client.send("HEAD /file/digits.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n");
  const auto response = client.read_response(true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-length"), "10");
  EXPECT_EQ(client.get("/ok").body, "ok");
}

TEST_F(HttpFile, WhatIsNoFileIsNotFound) {
  RawClient client(server_.port());
  EXPECT_EQ(client.get("/file/missing").status, 404);
  EXPECT_EQ(client.get("/file/directory").status, 404);
}

TEST_F(HttpFile, SlowDownloadHoldsNobodyUp) {
  RawClient slow(server_.port(), Tls::no, 4096);
  slow.send("GET /file/large.txt HTTP/1.1\r\nHost: a\r\n\r\n");
  RawClient other(server_.port());
  for (int i = 0; i < 100; ++i) { ASSERT_EQ(other.get("/ok").body, "ok"); }
  EXPECT_TRUE(slow.read_response().body == content_);
}

}  // namespace
}  // namespace parley::net::test
