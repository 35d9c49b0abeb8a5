#include "tests/integration/email_smtp/smtp_fixture.h"

namespace parley::channels::email::smtp {
namespace {

/// A whole mail; true when it was taken.
bool is_served(SmtpPort& port) {
  MailClient client(port.port());
  client.begin_mail();
  return client.say("text\r\n.") == "250 2.0.0 kept\r\n";
}

TEST(SmtpHostile, SlowClientsCostOnlyThemselves) {
  SmtpOptions options;
  options.command_limit = 700ms;
  options.connections_per_address_max = 0;
  SmtpPort port(options);
  std::vector<std::unique_ptr<MailClient>> slow;
  for (int i = 0; i < 200; ++i) { slow.push_back(std::make_unique<MailClient>(port.port())); }
  const std::string drip = "EHLO client.example and so on for a long time";
  const auto began = std::chrono::steady_clock::now();
  for (const char c : drip) {
    for (auto& client : slow) { client->send(std::string_view(&c, 1)); }
    if (c == 'n') { EXPECT_TRUE(is_served(port)); }
    std::this_thread::sleep_for(25ms);
    if (std::chrono::steady_clock::now() - began > 1s) { break; }
  }
  for (auto& client : slow) {
    client->reply();
    EXPECT_TRUE(client->reply().starts_with("421 4.4.2"));
  }
  slow.clear();
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().connections_open == 0; }));
  EXPECT_EQ(port.probe().timed_out, 200U);
}

TEST(SmtpHostile, MailWithoutProgressIsGivenUp) {
  SmtpOptions options;
  options.data_limit = 200ms;
  SmtpPort port(options);
  MailClient client(port.port());
  client.begin_mail();
  std::string heard;
  for (int i = 0; i < 40 && client.send("x"); ++i) { std::this_thread::sleep_for(10ms); }
  EXPECT_TRUE(client.reply().starts_with("421 4.4.2"));
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().bytes_held == 0; }));
  EXPECT_EQ(port.host.count(), 0U);
}

TEST(SmtpHostile, MailThatMovesOnMayTakeLonger) {
  SmtpOptions options;
  options.data_limit = 200ms;
  SmtpPort port(options);
  MailClient client(port.port());
  client.begin_mail();
  for (int i = 0; i < 10; ++i) {
    client.send(std::string(70'000, 'x'));
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(client.say("\r\n."), "250 2.0.0 kept\r\n");
}

TEST(SmtpHostile, NoMailForALongTimeEndsTheSession) {
  SmtpOptions options;
  options.mail_limit = 200ms;
  SmtpPort port(options);
  MailClient client(port.port());
  client.reply();
  std::string heard;
  for (int i = 0; i < 50 && !heard.starts_with("421"); ++i) {
    heard = client.say("NOOP");
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_TRUE(heard.starts_with("421")) << heard;
}

TEST(SmtpHostile, WebRequestIsRefused) {
  SmtpPort port;
  MailClient client(port.port());
  client.send("POST / HTTP/1.1\r\nHost: mail.shop.example\r\nContent-Length: 50\r\n\r\nEHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\n");
  EXPECT_TRUE(client.reply().starts_with("220"));
  EXPECT_TRUE(client.reply().starts_with("554"));
  EXPECT_EQ(client.reply(), "");
  EXPECT_EQ(port.probe().foreign_protocol, 1U);
}

TEST(SmtpHostile, GarbageAndFloodsEndTheSessionAndNotTheServer) {
  SmtpPort port;
  std::string garbage;
  for (unsigned i = 0; i < 300'000; ++i) { garbage.push_back(static_cast<char>((i * 7919) >> 3)); }
  std::string noops;
  for (int i = 0; i < 50'000; ++i) { noops += "NOOP\r\n"; }
  for (const std::string& flood : {garbage, noops, std::string(1'000'000, 'x')}) {
    MailClient client(port.port());
    client.send(flood);
    EXPECT_TRUE(client.is_closed_within(3s));
  }
  EXPECT_TRUE(is_served(port));
}

// It answers each command and never reads the answers.
TEST(SmtpHostile, ClientThatDoesNotListenIsGivenUp) {
  SmtpOptions options;
  options.write_limit = 100ms;
  options.session.idle_commands_max = SIZE_MAX;
  SmtpPort port(options);
  MailClient client(port.port());
  std::string helps;
  for (int i = 0; i < 2'000; ++i) { helps += "HELP\r\n"; }
  std::thread deaf([&] {
    while (client.send(helps)) {}
  });
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().connections_open == 0 && port.probe().connections_total == 1; }));
  deaf.join();
}

TEST(SmtpHostile, HalfClosedConnectionIsLetGo) {
  SmtpPort port;
  MailClient client(port.port());
  client.reply();
  client.say("EHLO client.example");
  client.end_sending();
  EXPECT_TRUE(client.is_closed_within(1s));
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().connections_open == 0; }));
}

}  // namespace
}  // namespace parley::channels::email::smtp
