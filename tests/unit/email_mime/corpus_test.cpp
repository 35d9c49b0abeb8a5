// Every message of tests/corpus/email/mime against the reading written beside it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/json_text.h"
#include "base/text.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/mime/mail_parser.h"
#include "tests/unit/email_mime/markup_check.h"

namespace parley::channels::email {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::vector<std::string> messages() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(EMAIL_MIME_CORPUS)) {
    if (entry.path().extension() == ".eml") { names.push_back(entry.path().stem().string()); }
  }
  std::sort(names.begin(), names.end());
  return names;
}

json pairs(const std::vector<MailAddress>& list) {
  json out = json::array();
  for (const auto& address : list) { out.push_back({address.name, address.address}); }
  return out;
}

json parts_of(const Mail& mail, const json& expected) {
  json out = json::array();
  for (const auto& part : mail.parts) {
    json one = {{"type", part.content_type}, {"name", part.name}, {"size", part.bytes.size()}, {"inline", part.is_inline}};
    const std::size_t index = out.size();
    if (index < expected.size() && expected[index]["size"].is_null()) { one["size"] = nullptr; }
    out.push_back(std::move(one));
  }
  return out;
}

class Corpus : public ::testing::TestWithParam<std::string> {};

TEST_P(Corpus, IsReadAsWritten) {
  const fs::path path = fs::path(EMAIL_MIME_CORPUS) / (GetParam() + ".eml");
  const json want = stored_json(bytes_of(fs::path(path).replace_extension(".json")));
  const Mail mail = parse_mail(bytes_of(path));

  if (!want["subject"].is_null()) { EXPECT_EQ(mail.subject, want["subject"].get<std::string>()); }
  if (want.contains("text")) {
    const auto text = want["text"].get<std::string>();
    EXPECT_EQ(text.empty() ? mail.text : mail.text.substr(0, text.size()), text) << mail.text;
  }
  if (want.contains("html")) { EXPECT_NE(mail.html.find(want["html"].get<std::string>()), std::string::npos) << mail.html; }
  if (want.contains("part_count")) {
    EXPECT_EQ(mail.parts.size(), want["part_count"].get<std::size_t>());
  } else {
    EXPECT_EQ(parts_of(mail, want["parts"]), want["parts"]);
  }
  EXPECT_EQ(json(mail.problems), want["problems"]);
  EXPECT_EQ(mail.is_signed, want.value("signed", false));
  EXPECT_EQ(mail.is_encrypted, want.value("encrypted", false));
  if (want.contains("from")) { EXPECT_EQ(pairs(mail.from), want["from"]); }
  if (want.contains("to")) { EXPECT_EQ(pairs(mail.to), want["to"]); }
  if (want.contains("message_id")) { EXPECT_EQ(mail.message_id, want["message_id"].get<std::string>()); }
  if (want.contains("in_reply_to")) { EXPECT_EQ(mail.in_reply_to, want["in_reply_to"].get<std::string>()); }
  if (want.contains("references")) { EXPECT_EQ(json(mail.references), want["references"]); }
  if (want.contains("date")) {
    ASSERT_TRUE(mail.date);
    EXPECT_EQ(to_ms(*mail.date), want["date"].get<std::int64_t>());
  }
  EXPECT_EQ(test::markup_fault(mail.html), "");
  EXPECT_EQ(sanitize_html(mail.html).html, mail.html);
}

INSTANTIATE_TEST_SUITE_P(Mime, Corpus, ::testing::ValuesIn(messages()), [](const auto& each) { return each.param; });

}  // namespace
}  // namespace parley::channels::email
