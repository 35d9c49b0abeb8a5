#include "channels/email/smtp/smtp_trace.h"

#include <gtest/gtest.h>

namespace parley::channels::email::smtp {
namespace {

const TimePoint at = std::chrono::sys_days{std::chrono::year(2026) / 1 / 6} + std::chrono::hours(9) + std::chrono::milliseconds(61'999);

TEST(SmtpTrace, SaysFromWhomToWhomAndWhen) {
  const Envelope envelope{"anna@client.example", {"support@shop.example"}, "client.example", "192.0.2.1", true, true, false, false};
  EXPECT_EQ(trace_fields(envelope, "mail.shop.example", at),
            "Return-Path: <anna@client.example>\r\n"
            "Received: from client.example ([192.0.2.1])\r\n"
            "\tby mail.shop.example (Parley) with ESMTPS\r\n"
            "\tfor <support@shop.example>;\r\n"
            "\tTue, 06 Jan 2026 09:01:01 +0000\r\n");
}

TEST(SmtpTrace, BlindCopiesStayBlindAndNamesPlain) {
  const Envelope envelope{"", {"a@shop.example", "b@shop.example"}, "x); by evil (y", "2001:db8::1", false, false, true, true};
  EXPECT_EQ(trace_fields(envelope, "mail.shop.example", at),
            "Return-Path: <>\r\n"
            "Received: from x???by?evil??y ([IPv6:2001:db8::1])\r\n"
            "\tby mail.shop.example (Parley) with UTF8LMTP;\r\n"
            "\tTue, 06 Jan 2026 09:01:01 +0000\r\n");
}

TEST(SmtpTrace, ProtocolsHaveTheirRegisteredNames) {
  const auto name = [](bool is_extended, bool is_tls, bool is_utf8, bool is_lmtp) {
    const std::string fields = trace_fields({"", {"a@b", "c@d"}, "x", "192.0.2.1", is_extended, is_tls, is_utf8, is_lmtp}, "y", at);
    const auto begin = fields.find(" with ") + 6;
    return fields.substr(begin, fields.find(';') - begin);
  };
  EXPECT_EQ(name(false, false, false, false), "SMTP");
  EXPECT_EQ(name(true, false, false, false), "ESMTP");
  EXPECT_EQ(name(true, true, true, false), "UTF8SMTPS");
  EXPECT_EQ(name(true, true, false, true), "LMTPS");
}

}  // namespace
}  // namespace parley::channels::email::smtp
