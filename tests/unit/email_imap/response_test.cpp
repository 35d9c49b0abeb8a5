// Responses of real servers, and of broken ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "channels/email/imap/imap_response.h"
#include "channels/email/imap/impl/fetch_parser.h"

namespace parley::channels::email::imap {
namespace {

using testing::ElementsAre;
using testing::Pair;

Response parsed(std::string line) {
  auto response = parse_response(RawResponse{{line}, {}});
  EXPECT_TRUE(response.has_value()) << line << ": " << response.error().detail;
  return response.has_value() ? std::move(response).value() : Response{};
}
template <class T>
T parsed_as(std::string line) {
  Response response = parsed(line);
  EXPECT_TRUE(std::holds_alternative<T>(response.data)) << line;
  return std::holds_alternative<T>(response.data) ? std::get<T>(std::move(response.data)) : T{};
}
bool is_refused(std::string line) { return parse_response(RawResponse{{std::move(line)}, {}}).has_error(); }

TEST(ImapResponse, TellsTaggedUntaggedAndContinuationApart) {
  EXPECT_EQ(parsed("p7 OK done").tag, "p7");
  EXPECT_EQ(parsed("* OK ready").tag, "");
  EXPECT_EQ(parsed_as<Continuation>("+ eyJzdGF0dXMiOiI0MDAifQ==").text, "eyJzdGF0dXMiOiI0MDAifQ==");
  EXPECT_EQ(parsed_as<Continuation>("+").text, "");
}

TEST(ImapResponse, ReadsConditionsAndTheirCodes) {
  struct Row {
    std::string line;
    Condition::Kind kind;
    std::string code;
    std::vector<std::string> arguments;
    std::uint64_t number;
    std::string text;
  };
  using enum Condition::Kind;
  const std::vector<Row> rows{
      {"* OK [UIDVALIDITY 3857529045] UIDs valid", ok, "UIDVALIDITY", {"3857529045"}, 3857529045, "UIDs valid"},
      {"* OK [UIDNEXT 4392] Predicted next UID", ok, "UIDNEXT", {"4392"}, 4392, "Predicted next UID"},
      {"* ok [highestmodseq 715194045007] Highest", ok, "HIGHESTMODSEQ", {"715194045007"}, 715194045007, "Highest"},
      {"p2 NO [TRYCREATE] No such mailbox", no, "TRYCREATE", {}, 0, "No such mailbox"},
      {"p2 NO [AUTHENTICATIONFAILED] Authentication failed.", no, "AUTHENTICATIONFAILED", {}, 0, "Authentication failed."},
      {"* OK [ALERT] Disk almost full", ok, "ALERT", {}, 0, "Disk almost full"},
      {"p3 OK [COPYUID 38505 304,319:320 3956:3958] Done", ok, "COPYUID", {"38505", "304,319:320", "3956:3958"}, 38505, "Done"},
      {"* OK [CAPABILITY imap4rev1 idle] hi", ok, "CAPABILITY", {"IMAP4REV1", "IDLE"}, 0, "hi"},
      {"* OK [PERMANENTFLAGS (\\Answered \\*)] Flags", ok, "PERMANENTFLAGS", {"\\Answered", "\\*"}, 0, "Flags"},
      {"* BYE Autologout", bye, "", {}, 0, "Autologout"},
      {"* PREAUTH welcome", preauth, "", {}, 0, "welcome"},
      {"p4 BAD Error in IMAP command", bad, "", {}, 0, "Error in IMAP command"},
      {"p5 OK", ok, "", {}, 0, ""},
      {"p6 NO [broken", no, "", {}, 0, "[broken"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.line);
    const auto condition = parsed_as<Condition>(row.line);
    EXPECT_EQ(condition.kind, row.kind);
    EXPECT_EQ(condition.code.name, row.code);
    EXPECT_EQ(condition.code.arguments, row.arguments);
    EXPECT_EQ(condition.code.number, row.number);
    EXPECT_EQ(condition.text, row.text);
  }
}

TEST(ImapResponse, ReadsWhatMailboxesSay) {
  EXPECT_EQ(parsed_as<Exists>("* 172 EXISTS").count, 172U);
  EXPECT_EQ(parsed_as<Exists>("* 0 exists").count, 0U);
  EXPECT_EQ(parsed_as<Expunge>("* 3 EXPUNGE").sequence, 3U);
  EXPECT_THAT(parsed_as<Capabilities>("* CAPABILITY IMAP4rev1 auth=plain UIDPLUS").names, ElementsAre("IMAP4REV1", "AUTH=PLAIN", "UIDPLUS"));
  EXPECT_THAT(parsed_as<MailboxStatus>("* STATUS \"a b\" (MESSAGES 231 UIDNEXT 44292)").items, ElementsAre(Pair("MESSAGES", 231), Pair("UIDNEXT", 44292)));
  const auto list = parsed_as<ListEntry>(R"(* LIST (\HasNoChildren \Sent) "/" "&XfJT0ZAB-")");
  EXPECT_THAT(list.attributes, ElementsAre("\\HasNoChildren", "\\Sent"));
  EXPECT_EQ(list.delimiter, "/");
  EXPECT_EQ(list.name, "&XfJT0ZAB-");
  EXPECT_EQ(parsed_as<ListEntry>("* LIST () NIL INBOX").delimiter, "");
  EXPECT_EQ(parsed_as<Other>("* 5 RECENT").name, "RECENT");
  EXPECT_EQ(parsed_as<Other>("* VANISHED (EARLIER) 300:310").name, "VANISHED");
}

TEST(ImapResponse, ReadsSearchesOldAndExtended) {
  EXPECT_THAT(parsed_as<Found>("* SEARCH 2 84 882").ranges, ElementsAre(Pair(2, 2), Pair(84, 84), Pair(882, 882)));
  EXPECT_THAT(parsed_as<Found>("* SEARCH").ranges, ElementsAre());
  EXPECT_THAT(parsed_as<Found>("* SEARCH 2 5 (MODSEQ 917162500)").ranges, ElementsAre(Pair(2, 2), Pair(5, 5)));
  EXPECT_THAT(parsed_as<Found>("* ESEARCH (TAG \"p5\") UID COUNT 5 ALL 4:19,21,28:25").ranges, ElementsAre(Pair(4, 19), Pair(21, 21), Pair(25, 28)));
  EXPECT_THAT(parsed_as<Found>("* ESEARCH (TAG \"p5\") UID").ranges, ElementsAre());
}

TEST(ImapResponse, ReadsWhatFetchAsksFor) {
  const auto fetch = parsed_as<Fetch>(R"(* 12 FETCH (FLAGS (\Seen $Label) UID 4827 INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4286))");
  EXPECT_EQ(fetch.sequence, 12U);
  EXPECT_EQ(fetch.uid, 4827U);
  EXPECT_THAT(*fetch.flags, ElementsAre("\\Seen", "$Label"));
  EXPECT_EQ(fetch.size, 4286U);
  EXPECT_EQ(to_ms(*fetch.internal_date), 837596665000);
  EXPECT_FALSE(fetch.body);
}

TEST(ImapResponse, TakesLiteralsWhereverTheyStand) {
  auto response = parse_response(RawResponse{{"* 1 FETCH (X-NOTE {3}", " UID 7 BODY[HEADER.FIELDS (TO \"CC\")]<0> ~{9}", " FLAGS ())"}, {"a)b", "To: x\r\n\r\n"}});
  ASSERT_TRUE(response.has_value()) << response.error().detail;
  const auto& fetch = std::get<Fetch>(response.value().data);
  EXPECT_EQ(fetch.body, "To: x\r\n\r\n");
  EXPECT_EQ(fetch.section, "HEADER.FIELDS (TO \"CC\")");
  EXPECT_EQ(fetch.uid, 7U);
  EXPECT_TRUE(fetch.flags->empty());
}

TEST(ImapResponse, MovesALargeBodyInsteadOfCopyingIt) {
  std::string body(1 << 20, 'x');
  const char* const place = body.data();
  RawResponse raw{{"* 1 FETCH (UID 7 BODY[] {1048576}", ")"}, {}};
  raw.literals.push_back(std::move(body));
  auto response = parse_response(std::move(raw));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(std::get<Fetch>(response.value().data).body->data(), place);
}

TEST(ImapResponse, ReadsBodiesThatAreNoLiterals) {
  EXPECT_EQ(parsed_as<Fetch>(R"x(* 1 FETCH (UID 7 BODY[] "short \"mail\""))x").body, "short \"mail\"");
  EXPECT_EQ(parsed_as<Fetch>("* 1 FETCH (UID 7 BODY[] NIL)").body, std::nullopt);
  EXPECT_EQ(parsed_as<Fetch>(R"x(* 1 FETCH (UID 7 BODY[] ""))x").body, "");
}

TEST(ImapResponse, PassesOverWhatNobodyAskedFor) {
  const auto fetch = parsed_as<Fetch>(
      R"(* 1 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 1)("text" "html" NIL NIL NIL "7bit" 5 1) "alternative") ENVELOPE (NIL "a (b" ((NIL NIL "x" "y.example")) NIL) MODSEQ (12345) X-GM-LABELS ("\\Important") UID 9))");
  EXPECT_EQ(fetch.uid, 9U);
}

TEST(ImapResponse, RefusesDamage) {
  for (const std::string line :
       {"", "*", "* ", "p1", "p1 MAYBE", "* 99999999999 EXISTS", "* 1 FETCH", "* 1 FETCH (UID)", "* 1 FETCH (UID 7", "* 1 FETCH (UID x)", "* 1 FETCH (FLAGS (\\Seen)",
        "* 1 FETCH (BODY[ {3}", "* 1 FETCH (BODY[] \"never ends)", "* 1 FETCH (BODY[] {3}", "* SEARCH 1 two", "* LIST (", "* STATUS x (MESSAGES)", "* ESEARCH ALL 1-4"}) {
    EXPECT_TRUE(is_refused(line)) << line;
  }
}

TEST(ImapResponse, BoundsNesting) {
  const auto nested = [](std::size_t depth) { return "* 1 FETCH (X " + std::string(depth, '(') + std::string(depth, ')') + ")"; };
  EXPECT_FALSE(is_refused(nested(nesting_max)));
  EXPECT_TRUE(is_refused(nested(nesting_max + 1)));
  EXPECT_TRUE(is_refused(nested(30'000)));
}

TEST(ImapResponse, SeesAnnouncedLiterals) {
  EXPECT_EQ(announced_literal("* 1 FETCH (BODY[] {310}"), 310U);
  EXPECT_EQ(announced_literal("x ~{5}"), 5U);
  EXPECT_EQ(announced_literal("x {5+}"), 5U);
  EXPECT_EQ(announced_literal("{99999999999999999999999}"), UINT64_MAX);
  for (const std::string line : {"", "}", "{}", "{+}", "{-1}", "{5} ", "{ 5}", "5}", "{5x}"}) { EXPECT_FALSE(announced_literal(line)) << line; }
}

TEST(ImapResponse, ReadsInternalDates) {
  EXPECT_EQ(parse_internal_date("22-Nov-2026 14:30:00 +0800"), from_ms(1795329000000));
  EXPECT_EQ(parse_internal_date(" 2-Nov-2026 14:30:00 +0000"), from_ms(1793629800000));
  EXPECT_EQ(parse_internal_date("2-Nov-2026 14:30:00 +0000"), from_ms(1793629800000));
  for (const std::string text : {"", "22-Nov-2026", "31-Feb-2026 00:00:00 +0000", "22-Nov-2026 14:30:00 +08:00", "-2-Nov-2026 14:30:00 +0000", "xx-Nov-2026 14:30:00 +0000"}) {
    EXPECT_FALSE(parse_internal_date(text)) << text;
  }
}

}  // namespace
}  // namespace parley::channels::email::imap
