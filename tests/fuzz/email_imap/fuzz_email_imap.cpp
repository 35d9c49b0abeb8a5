// Damaged responses of IMAP servers: nothing may crash, throw or hang, and what is read stays inside its bounds.
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/imap/command_text.h"
#include "channels/email/imap/imap_response.h"
#include "channels/email/imap/impl/fetch_parser.h"
#include "channels/email/imap/login_advice.h"
#include "tests/fuzz/fuzz.h"

namespace parley::channels::email::imap {
namespace {

/// As the reader of a connection cuts them.
RawResponse cut(std::string_view bytes) {
  RawResponse raw;
  for (;;) {
    const std::size_t end = std::min(bytes.find("\r\n"), bytes.size());
    raw.lines.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 2, bytes.size()));
    const auto size = announced_literal(raw.lines.back());
    if (!size || *size > bytes.size() || raw.literals.size() == literals_max) { return raw; }
    raw.literals.emplace_back(bytes.substr(0, *size));
    bytes.remove_prefix(*size);
  }
}

const std::vector<std::string> responses{
    "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN] Dovecot ready.\r\n",
    "* 2 FETCH (UID 7 FLAGS (\\Seen $Forwarded) INTERNALDATE \"22-Nov-2026 14:30:00 +0800\" RFC822.SIZE 4286)\r\n",
    "* 2 FETCH (UID 7 BODY[] {27}\r\nFrom: a@b.example\r\n\r\nhello\r\n)\r\n",
    "* 2 FETCH (BODY[HEADER.FIELDS (\"TO\" {2}\r\nCC)] ~{4}\r\nabcd BODYSTRUCTURE ((\"a\" NIL)(\"b\" (\"c\" \"d\"))))\r\n",
    "* SEARCH 1 2 4294967295 (MODSEQ 17)\r\n",
    "* ESEARCH (TAG \"p1\") UID MIN 4 ALL 4:18,21\r\n",
    "* LIST (\\HasNoChildren) \"/\" {9}\r\n&XfJZBHQG-\r\n",
    "* STATUS \"blurdybloop\" (MESSAGES 231 UIDNEXT 44292)\r\n",
    "p3 OK [COPYUID 38505 304,319:320 3956:3958] Done\r\n",
    "p4 NO [ALERT] Application-specific password required\r\n",
    "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n",
    "* 17 EXISTS\r\n"};
const std::vector<std::string> words{"(", ")", "\"", "{3}", "{99999999999999999999}", "~{1}", "[", "]", "BODY[", "NIL", " ", "\r\n", "\\", "UID 1", "&", "-", ":", ",", "4294967296", std::string(1, '\0'), "\xff"};

TEST(FuzzImap, ResponsesAreReadOrRefused) {
  std::size_t read = 0;
  parley::test::fuzz(responses, words, [&](std::string_view bytes) {
    RawResponse raw = cut(bytes);
    std::size_t most = 0;
    for (const auto& part : raw.lines) { most += part.size(); }
    for (const auto& part : raw.literals) { most += part.size(); }
    const auto response = parse_response(std::move(raw));
    if (response.has_error()) { return; }
    ++read;
    if (const auto* const fetch = std::get_if<Fetch>(&response.value().data)) { ASSERT_LE(fetch->body.value_or("").size() + fetch->section.size(), most); }
    if (const auto* const found = std::get_if<Found>(&response.value().data)) {
      ASSERT_LE(found->ranges.size(), most);
      for (const auto& [low, high] : found->ranges) { ASSERT_LE(low, high); }
    }
    if (const auto* const condition = std::get_if<Condition>(&response.value().data)) {
      const ImapAccount account{.host = "imap.gmail.com"};
      ASSERT_TRUE(is_valid_utf8(explain_login(account, *condition, condition->text).detail));
    }
  });
  EXPECT_GT(read, 1'000U) << "damage must not be all there is";
}

TEST(FuzzImap, MailboxNamesComeBack) {
  parley::test::fuzz({"INBOX", "已处理", "&XfJZBHQG-", "R&-D", "K&APY-ln/Köln", "😀"}, words, [](std::string_view bytes) {
    const std::string decoded = decode_mailbox_name(bytes);
    if (!is_valid_utf8(bytes)) { return; }
    const std::string encoded = encode_mailbox_name(bytes);
    ASSERT_EQ(decode_mailbox_name(encoded), bytes);
    for (const char c : encoded) { ASSERT_TRUE(c >= ' ' && c <= '~'); }
    ASSERT_TRUE(is_valid_utf8(decoded));
  });
}

TEST(FuzzImap, DatesAndTokensAreReadOrRefused) {
  parley::test::fuzz({"22-Nov-2026 14:30:00 +0800", " 2-Nov-2026 14:30:00 -0000", "eyJzdGF0dXMiOiI0MDAifQ=="}, words, [](std::string_view bytes) {
    std::ignore = parse_internal_date(bytes);
    const auto decoded = base64_decode(bytes);
    if (decoded) { ASSERT_LE(decoded->size(), bytes.size()); }
  });
}

}  // namespace
}  // namespace parley::channels::email::imap
