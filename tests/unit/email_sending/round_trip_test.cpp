// What is written is read back as it was, for many mails made by chance from difficult pieces.
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/mime/mail_parser.h"
#include "channels/email/reading/scan.h"
#include "channels/email/sending/mail_writer.h"

namespace parley::channels::email {
namespace {

class MailMaker {
 public:
  explicit MailMaker(std::uint64_t seed) : random_(seed) {}

  OutgoingMail next() {
    OutgoingMail mail;
    mail.from = address();
    for (std::size_t i = below(4); i > 0; --i) { mail.to.push_back(address()); }
    for (std::size_t i = below(3); i > 0; --i) { mail.cc.push_back(address()); }
    if (below(3) == 0) { mail.reply_to = address(); }
    mail.subject = line(12);
    mail.message_id = id();
    for (std::size_t i = below(6); i > 0; --i) { mail.references.push_back(id()); }
    if (!mail.references.empty()) { mail.in_reply_to = mail.references.back(); }
    mail.date = from_ms(1'000 * static_cast<std::int64_t>(below(2'000'000'000)));
    if (below(8) != 0) { mail.text = text(); }
    if (below(2) == 0) { mail.html = html(); }
    for (std::size_t i = below(4); i > 0; --i) { mail.parts.push_back(part(mail)); }
    mail.is_automatic = below(4) == 0;
    if (below(2) == 0) { mail.extra_headers = {{"X-Parley-Note", line(8)}}; }
    return mail;
  }
  std::size_t below(std::size_t limit) { return random_() % limit; }

 private:
  template <std::size_t N>
  std::string pick(const std::array<const char*, N>& of) {
    return of[below(N)];
  }
  std::string word() {
    static constexpr std::array words{"order",   "退款",      "😀",      "👩‍👩‍👧",      "naïve", "=?UTF-8?Q?x?=", "\"quoted\"", "a,b",   "<tag>",  "(c)",  "客服中心您好欢迎光临本店铺请问有什么可以帮您",
                                      "Ünïcödé", "\\back\\", "semi;colon", "@", "x=y=3D", "=20",         "--=_b",      "Привет", "注文番号", "%41", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    return below(40) == 0 ? std::string(1'200, 'w') : pick(words);
  }
  std::string line(std::size_t words_max) {
    std::string out = word();
    for (std::size_t i = below(words_max); i > 0; --i) { out += " " + word(); }
    return std::string(first_characters(out, 700));
  }
  std::string text() {
    static constexpr std::array lines{"", ".", "..", ".hidden", "From me to you", ">From", "-- ", "> quoted", "a  b   c", "\ttab", "line with = sign", "=_boundary", "--=_0123456789abcdef"};
    std::string out = "Hello";
    for (std::size_t i = below(20); i > 0; --i) { out += "\n" + (below(3) == 0 ? line(30) : pick(lines)); }
    out += "\nend";
    std::string tidy;  // the reader keeps two empty lines of many
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (out.compare(i, 4, "\n\n\n\n") != 0) { tidy += out[i]; }
    }
    return tidy;
  }
  std::string html() {
    std::string out = "<div>";
    for (std::size_t i = 1 + below(8); i > 0; --i) { out += "<p>" + escape_html(line(20)) + "</p>\n.\nFrom " + (below(2) == 0 ? "<br>" : "<i>x</i>"); }
    return out + "</div>";
  }
  MailAddress address() {
    static constexpr std::array locals{"anna", "support+k7d2", "a..b", ".dot", "o'brien", "x_y-z", "a/b=c", "back\\slash"};
    static constexpr std::array domains{"shop.example", "xn--fsqu00a.example", "mail.customer.example"};
    return {below(4) == 0 ? std::string() : std::string(first_characters(line(3), 70)), pick(locals) + "@" + pick(domains)};
  }
  std::string id() { return "id" + std::to_string(random_()) + (below(10) == 0 ? std::string(300, 'i') : "") + "@" + "shop.example"; }
  std::string bytes() {
    std::string out(below(5) == 0 ? 0 : below(300), '\0');
    for (char& c : out) { c = static_cast<char>(random_()); }
    return out;
  }
  OutgoingPart part(OutgoingMail& mail) {
    static constexpr std::array types{"image/png", "application/pdf", "text/plain", "text/html", "text/calendar", "application/octet-stream"};
    static constexpr std::array names{"a.png", "报价单 2026年.pdf", "a\"b;c.txt", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀.zip", "very long name very long name very long name very long name.txt", "50%.csv", "'single'.txt", "=?x?=.doc"};
    OutgoingPart out{pick(types), pick(names), "", bytes(), false};
    if (!mail.html.empty() && below(2) == 0) {
      out.content_type = "image/png";
      out.content_id = "pic" + std::to_string(mail.parts.size()) + "@shop.example";
      out.is_inline = true;
      mail.html += "<img src=\"cid:" + out.content_id + "\">";
    }
    return out;
  }

  std::mt19937_64 random_;
};

std::string words(const std::vector<MailAddress>& list) {
  std::string out;
  for (const auto& address : list) {
    std::string name = clean_line(address.name);
    while (name.size() > 1 && name.front() == '"' && name.back() == '"') { name = name.substr(1, name.size() - 2); }  // the reader takes them for decoration
    out += name + " <" + address.address + ">\n";
  }
  return out;
}

/// Pictures of the HTML stand before the attachments.
std::vector<OutgoingPart> in_order(std::vector<OutgoingPart> parts) {
  std::stable_partition(parts.begin(), parts.end(), [](const OutgoingPart& part) { return part.is_inline; });
  return parts;
}

void expect_same(const OutgoingMail& mail, const Mail& read) {
  ASSERT_EQ(read.from.size(), 1U);
  EXPECT_EQ(words(read.from), words({mail.from}));
  if (!mail.to.empty() || !mail.cc.empty()) { EXPECT_EQ(words(read.to), words(mail.to)); }
  EXPECT_EQ(words(read.cc), words(mail.cc));
  EXPECT_TRUE(read.bcc.empty());
  if (mail.reply_to) { EXPECT_EQ(words(read.reply_to), words({*mail.reply_to})); }
  EXPECT_EQ(read.subject, mail.subject);
  EXPECT_EQ(read.message_id, mail.message_id);
  EXPECT_EQ(read.in_reply_to, mail.in_reply_to);
  EXPECT_EQ(read.references, mail.references);
  EXPECT_EQ(read.date, mail.date);
  if (!mail.text.empty()) { EXPECT_EQ(read.text, mail.text); }
  EXPECT_EQ(trim(read.html), mail.html.empty() ? "" : sanitize_html(mail.html).html);  // a last line end belongs to the message
  EXPECT_EQ(header_value(read, "Auto-Submitted"), mail.is_automatic ? "auto-replied" : "");
  if (!mail.extra_headers.empty()) { EXPECT_EQ(header_value(read, "X-Parley-Note"), mail.extra_headers[0].second); }
  const auto parts = in_order(mail.parts);
  ASSERT_EQ(read.parts.size(), parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(read.parts[i].content_type, parts[i].content_type);
    EXPECT_EQ(read.parts[i].name, parts[i].name);
    EXPECT_EQ(read.parts[i].content_id, parts[i].content_id);
    EXPECT_EQ(read.parts[i].is_inline, parts[i].is_inline);
    EXPECT_EQ(read.parts[i].bytes, parts[i].bytes);
  }
  const bool has_recipients = !mail.to.empty() || !mail.cc.empty();  // the reader finds an empty group strange
  EXPECT_TRUE(read.problems.empty() || !has_recipients) << read.problems.front();
}

TEST(RoundTrip, ThousandsOfDifficultMails) {
  MailMaker maker(4711);
  for (int i = 0; i < 3'000 && !testing::Test::HasFailure(); ++i) {
    const OutgoingMail mail = maker.next();
    const auto written = write_mail(mail);
    ASSERT_TRUE(written.has_value()) << written.error().detail << written.error().fields.front().path;
    EXPECT_TRUE(is_ascii(written->raw));
    EXPECT_EQ(write_mail(mail)->raw, written->raw);  // the same mail, the same bytes
    expect_same(mail, parse_mail(written->raw));
    if (testing::Test::HasFailure()) { std::cerr << i << "\n" << written->raw.substr(0, 6'000) << "\n"; }
  }
}

TEST(RoundTrip, TenMegabytes) {
  OutgoingMail mail;
  mail.from = {"", "a@shop.example"};
  mail.to = {{"", "b@shop.example"}};
  mail.message_id = "big@shop.example";
  mail.text = "See the file.";
  std::mt19937_64 random(1);
  std::string bytes(10 * 1'024 * 1'024 + 1, '\0');
  for (char& c : bytes) { c = static_cast<char>(random()); }
  mail.parts = {{"video/mp4", "film.mp4", "", bytes, false}, {"text/plain", "empty.txt", "", "", false}};
  const Mail read = parse_mail(write_mail(mail)->raw);
  ASSERT_EQ(read.parts.size(), 2U);
  EXPECT_TRUE(read.parts[0].bytes == bytes);
  EXPECT_EQ(read.parts[1].name, "empty.txt");
  EXPECT_TRUE(read.parts[1].bytes.empty());
  EXPECT_EQ(read.text, mail.text);
}

}  // namespace
}  // namespace parley::channels::email
