// Damaged text against every small parser of foreign bytes: nothing may crash, throw or hang, and what is accepted must hold its
// promise. PARLEY_FUZZ_INPUTS (20000) mutations for each target from PARLEY_FUZZ_SEED (1). Sanitizers make it sharper.
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/json_text.h"
#include "base/page.h"
#include "base/schema.h"
#include "base/text.h"
#include "base/token.h"
#include "tests/fuzz/fuzz.h"
#include "tickets/file_store.h"
#include "tickets/inbox.h"
#include "tickets/ticket_api.h"

namespace parley {
namespace {

using nlohmann::json;
using test::fuzz;

TEST(FuzzBase, VisitorTokensAreNeverForged) {
  const std::string key(32, 'k');
  const TimePoint now = from_ms(1'750'000'000'000);
  const std::string good = sign_visitor_token(key, {CustomerId{1}, InboxId{2}, now});
  fuzz({good, sign_visitor_token(key, {CustomerId{INT64_MAX}, InboxId{0}, now})}, {"A", "-", "=", "AAAAAAAA"}, [&](std::string_view text) {
    const auto claims = read_visitor_token(key, text, now, milliseconds{1'000});
    if (claims) { EXPECT_EQ(sign_visitor_token(key, *claims), text); }
  });
}

TEST(FuzzBase, CursorsAndPagesRoundTripOrAreRefused) {
  fuzz({encode_cursor({"12345678", 77}), encode_page({1'750'000'000'000, 5}), encode_page({INT64_MIN, INT64_MAX}), base64url_encode("1:2"), base64url_encode("-1:-2")},
       {"MTo", "AA", "-_", "="}, [](std::string_view text) {
         if (const auto cursor = decode_cursor(text)) { EXPECT_EQ(encode_cursor(*cursor), text); }
         if (const auto page = decode_page(text)) {
           const auto again = decode_page(encode_page(*page));
           EXPECT_TRUE(again && again->sort == page->sort && again->id == page->id);
         }
         if (const auto bytes = base64url_decode(text)) { EXPECT_EQ(base64url_encode(*bytes), text); }
       });
}

TEST(FuzzBase, JsonMeetsItsSchemaOrIsRefused) {
  const Schema schema = Schema::object({required("client_id", Schema::token(8, 64)), required("text", Schema::string(0, 100)), optional("ids", Schema::array(Schema::id(), 10)),
                                        optional("kind", Schema::one_of({"reply", "note"}).nullable()), optional("map", Schema::map(Schema::number(), 5))});
  fuzz({R"({"client_id":"abcdefgh","text":"hi","ids":[1,2],"kind":"note","map":{"a/b":1.5}})", R"({"client_id":"abcdefgh","text":"\u4f60\ud83d\ude00","kind":null})", "[[[[]]]]", "-1e5"},
       {"[", "{", "\"", "\\u", "\\ud83d", "null", "1e999", "-0", "18446744073709551616", "\"a\":", ",", "\xff", "\xE4\xBD\xA0", std::string(40, '[')},
       [&](std::string_view text) {
         const auto value = parse_json(text);
         if (value.has_error()) { return; }
         EXPECT_TRUE(is_valid_utf8(dump_json(*value)));
         if (schema.validate(*value).has_error()) { return; }
         EXPECT_GE((*value)["client_id"].template get<std::string>().size(), 8U);
         EXPECT_LE(count_characters((*value)["text"].template get<std::string>()), 100U);
       });
}

TEST(FuzzBase, BusinessHoursThatPassTheirChecksCanBeAsked) {
  RouteTable table;
  tickets::register_inbox_routes(table, nullptr);
  Schema body;
  for (const auto& route : table.routes()) {
    if (route.operation_id == "update_inbox") { body = route.body; }
  }
  ASSERT_FALSE(body.is_anything());
  const json week = stored_json(R"({"time_zone":"Europe/London","is_always_open":false,"days":{"mon":[["09:00","12:00"],["13:00","18:00"]],"sun":[["00:00","24:00"]]},
                                    "holidays":["2026-12-25"]})");
  json always = week;
  always["is_always_open"] = true;
  fuzz({dump_json(json{{"business_hours", week}}), dump_json(json{{"business_hours", always}}), dump_json(json{{"business_hours", tickets::default_business_hours()}})},
       {"Asia/Shanghai", "00:00", "24:00", "99", "[]", "{}", "null", "[\"09:00\"]", "\"fri\":", "2026-02-30", "-", "Etc/UTC", "is_", "true"}, [&](std::string_view text) {
         const auto value = parse_json(text);
         if (value.has_error() || body.validate(*value).has_error() || !value->contains("business_hours")) { return; }
         const json& hours = (*value)["business_hours"];
         if (tickets::check_business_hours(hours).has_error()) { return; }
         for (const std::int64_t at : {1'774'746'000'000, 1'792'890'000'000, 1'798'190'000'000}) {
           const bool is_open = tickets::is_open_at(hours, from_ms(at));
           const auto next = tickets::next_opening(hours, from_ms(at));
           EXPECT_FALSE(is_open && next);
         }
       });
}

TEST(FuzzBase, PercentAndTextToolsStayInBounds) {
  fuzz({"a=1&b=x%20y", "%E4%BD%A0%", "caf\xC3\xA9 \xE2\x80\xAEtxt", "Anna <anna@shop.example>", "anna@shop.example", "+44 (20) 7946-0958", "\xF0\x9F\x98\x80"},
       {"%", "%4", "%00", "%ff", "+", "@", ".", "\xE2\x80\xAE", "\xC2", "\xF4\x90", "\r\n", std::string(1, '\0')}, [](std::string_view text) {
         for (const bool plus : {false, true}) {
           if (const auto plain = percent_decode(text, plus)) { EXPECT_EQ(percent_decode(percent_encode(*plain), plus), plain); }
         }
         const std::string clean = clean_text(text);
         EXPECT_TRUE(is_valid_utf8(clean));
         EXPECT_EQ(clean_text(clean), clean) << "cleaning twice changes nothing";
         EXPECT_EQ(clean_line(text).find('\n'), std::string::npos);
         if (is_valid_utf8(text)) { EXPECT_TRUE(is_valid_utf8(first_characters(text, 3))); }
         if (const auto email = normalise_email(text)) { EXPECT_EQ(normalise_email(*email), email); }
         if (const auto phone = normalise_phone(text)) { EXPECT_EQ(normalise_phone(*phone), phone); }
       });
}

TEST(FuzzBase, ImagesAndOriginsOfStrangers) {
  const auto raw = [](std::initializer_list<int> list) {
    std::string out;
    for (const int b : list) { out.push_back(static_cast<char>(b)); }
    return out;
  };
  tickets::Inbox inbox;
  inbox.allowed_domains = {"shop.example", "*.shop.example", "[::1]", "localhost:5173"};
  fuzz({raw({0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 2, 128, 0, 0, 1, 224}), "GIF89a" + raw({0x40, 1, 0xF0, 0}),
        raw({0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xC2, 0, 17, 8, 0, 200, 1, 44, 3}),
        "RIFF" + raw({50, 0, 0, 0}) + "WEBPVP8L" + raw({20, 0, 0, 0, 0x2F, 0x7F, 0xC2, 0x77, 0, 0, 0, 0, 0, 0}), "https://a.shop.example:8443", "http://[::1]:80", "null"},
       {raw({0xFF, 0xD8, 0xFF}), raw({0xFF, 0xFF}), raw({0xFF, 0xC0, 0, 0}), "RIFF", "WEBPVP8 ", "://", ":", "]", "*."}, [&](std::string_view bytes) {
         const auto info = tickets::sniff_image(bytes);
         if (info) { EXPECT_TRUE(tickets::is_shown_inline(info->content_type)); }
         (void)tickets::allows_origin(inbox, bytes);
       });
}

}  // namespace
}  // namespace parley
