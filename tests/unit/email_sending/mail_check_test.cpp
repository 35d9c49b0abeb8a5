// Nothing that comes in through a field can become a header of its own, and whoever gave it is told which field it was.
#include <gtest/gtest.h>

#include <functional>

#include "channels/email/mime/mail_parser.h"
#include "channels/email/sending/mail_writer.h"

namespace parley::channels::email {
namespace {

OutgoingMail whole() {
  OutgoingMail mail;
  mail.from = {"Shop", "support@shop.example"};
  mail.to = {{"Anna", "anna@customer.example"}};
  mail.cc = {{"Ben", "ben@customer.example"}};
  mail.reply_to = MailAddress{"Desk", "desk@shop.example"};
  mail.subject = "Order";
  mail.message_id = "m1@shop.example";
  mail.in_reply_to = "q1@customer.example";
  mail.references = {"q0@customer.example", "q1@customer.example"};
  mail.text = "Hello";
  mail.html = "<p>Hello</p>";
  mail.parts = {{"image/png", "a.png", "c1@x", "bytes", true}};
  mail.list_unsubscribe = "https://shop.example/u";
  mail.extra_headers = {{"X-Parley-Ticket", "4711"}};
  return mail;
}

struct Field {
  const char* path;
  std::function<void(OutgoingMail&, const std::string&)> set;
};
const std::vector<Field>& fields() {
  static const std::vector<Field> all = {
      {"/from/name", [](auto& m, auto& v) { m.from.name = v; }},
      {"/from/address", [](auto& m, auto& v) { m.from.address = v; }},
      {"/to/0/name", [](auto& m, auto& v) { m.to[0].name = v; }},
      {"/to/0/address", [](auto& m, auto& v) { m.to[0].address = v; }},
      {"/cc/0/name", [](auto& m, auto& v) { m.cc[0].name = v; }},
      {"/reply_to/name", [](auto& m, auto& v) { m.reply_to->name = v; }},
      {"/subject", [](auto& m, auto& v) { m.subject = v; }},
      {"/message_id", [](auto& m, auto& v) { m.message_id = v; }},
      {"/in_reply_to", [](auto& m, auto& v) { m.in_reply_to = v; }},
      {"/references/1", [](auto& m, auto& v) { m.references[1] = v; }},
      {"/parts/0/content_type", [](auto& m, auto& v) { m.parts[0].content_type = v; }},
      {"/parts/0/name", [](auto& m, auto& v) { m.parts[0].name = v; }},
      {"/parts/0/content_id", [](auto& m, auto& v) { m.parts[0].content_id = v; }},
      {"/list_unsubscribe", [](auto& m, auto& v) { m.list_unsubscribe = v; }},
      {"/extra_headers/0/name", [](auto& m, auto& v) { m.extra_headers[0].first = v; }},
      {"/extra_headers/0/value", [](auto& m, auto& v) { m.extra_headers[0].second = v; }},
  };
  return all;
}

TEST(CheckMail, TheWholeMailIsFine) { EXPECT_TRUE(write_mail(whole()).has_value()); }

TEST(CheckMail, LineBreaksAndNulAreRefusedByField) {
  for (const auto& field : fields()) {
    for (const std::string& evil : {std::string("a@b.example\r\nBcc: spy@evil.example"), std::string("a@b.example\nX: y"), std::string("a@b.example\ry"), std::string("a@b.example\0y", 13)}) {
      OutgoingMail mail = whole();
      field.set(mail, evil);
      const auto written = write_mail(mail);
      ASSERT_TRUE(written.has_error()) << field.path;
      EXPECT_EQ(written.error().code, Errc::invalid_input);
      ASSERT_EQ(written.error().fields.size(), 1U);
      EXPECT_EQ(written.error().fields[0].path, field.path);
    }
  }
}

TEST(CheckMail, BadUtf8IsRefused) {
  for (const auto& field : fields()) {
    OutgoingMail mail = whole();
    field.set(mail, "a\xFF\xFE@b.example");
    const auto written = write_mail(mail);
    ASSERT_TRUE(written.has_error()) << field.path;
    EXPECT_EQ(written.error().fields[0].path, field.path);
  }
  OutgoingMail mail = whole();
  mail.text = "\xC3(";
  EXPECT_EQ(write_mail(mail).error().fields[0].path, "/text");
}

TEST(CheckMail, WhatIsNoAddressIsRefused) {
  for (const char* const address : {"", "anna", "anna@", "@shop.example", "a b@c.example", "a@b@c.example"}) {
    OutgoingMail mail = whole();
    mail.to[0].address = address;
    const auto written = write_mail(mail);
    ASSERT_TRUE(written.has_error()) << address;
    EXPECT_EQ(written.error().fields[0].path, "/to/0/address");
  }
}

TEST(CheckMail, ExtraHeadersCannotReplaceOurs) {
  for (const char* const name : {"Bcc", "bCC", "From", "Content-Type", "content-foo", "MIME-Version", "Message-ID", "Return-Path", "X Y", "", "X:"}) {
    OutgoingMail mail = whole();
    mail.extra_headers = {{name, "x"}};
    ASSERT_TRUE(write_mail(mail).has_error()) << name;
    EXPECT_EQ(write_mail(mail).error().fields[0].path, "/extra_headers/0/name");
  }
}

TEST(CheckMail, OnlySafeUnsubscribeAddresses) {
  for (const char* const url : {"http://shop.example/u", "javascript:alert(1)", "https://shop.example/> <x", "shop.example"}) {
    OutgoingMail mail = whole();
    mail.list_unsubscribe = url;
    EXPECT_TRUE(write_mail(mail).has_error()) << url;
  }
}

TEST(CheckMail, TooMuchIsRefused) {
  OutgoingMail mail = whole();
  mail.parts[0].bytes.assign(MailBounds::bytes_max, 'x');
  EXPECT_EQ(write_mail(mail).error().code, Errc::too_large);
  mail = whole();
  mail.to.assign(MailBounds::recipients_max, {"", "a@b.example"});
  EXPECT_EQ(write_mail(mail).error().fields[0].code, "too_many");
  mail = whole();
  mail.subject.assign(MailBounds::header_value_max + 1, 's');
  EXPECT_EQ(write_mail(mail).error().fields[0].code, "too_long");
}

TEST(CheckMail, StrangeContentTypesBecomeFiles) {
  OutgoingMail mail = whole();
  mail.parts = {{"nonsense; x=y", "a", "", "1", false}, {"multipart/mixed", "b", "", "2", false}, {"", "c", "", "3", false}};
  const Mail read = parse_mail(write_mail(mail)->raw);
  ASSERT_EQ(read.parts.size(), 3U);
  for (const auto& part : read.parts) { EXPECT_EQ(part.content_type, "application/octet-stream"); }
}

}  // namespace
}  // namespace parley::channels::email
