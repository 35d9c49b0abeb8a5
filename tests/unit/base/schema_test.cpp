// Shapes: what they refuse and where, what they document, and the door for untrusted JSON.
#include "base/json_text.h"
#include "base/schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace parley {
namespace {

using nlohmann::json;

/// "path:code path:code ..." of everything that is wrong.
std::string complaints(const Schema& schema, const json& value) {
  const auto status = schema.validate(value);
  if (status.has_value()) { return ""; }
  EXPECT_EQ(status.error().code, Errc::invalid_input);
  std::string out;
  for (const auto& field : status.error().fields) { out += (out.empty() ? "" : " ") + field.path + ":" + field.code; }
  return out;
}

struct Case {
  const char* name;
  Schema schema;
  json value;
  const char* complaints;
};

TEST(Schema, NamesThePathOfEachViolation) {
  const Schema person = Schema::object({required("name", Schema::string(1, 5)), optional("age", Schema::integer(0, 150)), required("tags", Schema::array(Schema::token(2, 4), 2))});
  const Case cases[] = {
      {"fine", person, {{"name", "Ann"}, {"tags", {"ab"}}}, ""},
      {"unknown members are tolerated", person, {{"name", "Ann"}, {"tags", json::array()}, {"x", 1}}, ""},
      {"missing", person, json::object(), "/name:missing /tags:missing"},
      {"several at once", person, {{"name", ""}, {"age", 151}, {"tags", {"a", 7}}}, "/name:empty /age:too_big /tags/0:too_short /tags/1:not_a_string"},
      {"not an object", person, json::array(), "/:not_an_object"},
      {"null is not optional", person, {{"name", "Ann"}, {"tags", json::array()}, {"age", nullptr}}, "/age:not_an_integer"},
      {"too many", person, {{"name", "Ann"}, {"tags", {"ab", "cd", "ef"}}}, "/tags:too_many"},
      {"characters, not bytes", Schema::string(1, 3), "你好吗", ""},
      {"too long in characters", Schema::string(1, 3), "你好吗!", "/:too_long"},
      {"token with a blank", Schema::token(1, 9), "a b", "/:bad_format"},
      {"integer from a fraction", Schema::integer(), 1.5, "/:not_an_integer"},
      {"integer beyond 63 bits", Schema::integer(), 18446744073709551615ULL, "/:not_an_integer"},
      {"id zero", Schema::id(), 0, "/:too_small"},
      {"number takes both", Schema::number(), 1, ""},
      {"number from text", Schema::number(), "1", "/:not_a_number"},
      {"boolean from number", Schema::boolean(), 1, "/:not_a_boolean"},
      {"one of", Schema::one_of({"a", "b"}), "c", "/:not_allowed"},
      {"one of, other type", Schema::one_of({"a", "b"}), 1, "/:not_allowed"},
      {"nullable", Schema::string(1, 2).nullable(), nullptr, ""},
      {"nullable still checks", Schema::string(1, 2).nullable(), "abc", "/:too_long"},
      {"map values, keys escaped", Schema::map(Schema::integer()), {{"a/b~c", "x"}}, "/a~1b~0c:not_an_integer"},
      {"map size", Schema::map(Schema(), 1), {{"a", 1}, {"b", 2}}, "/:too_many"},
      {"list wanted", Schema::array(Schema()), json::object(), "/:not_an_array"},
      {"anything", Schema(), json::array({1, "x", nullptr}), ""},
  };
  for (const auto& c : cases) { EXPECT_EQ(complaints(c.schema, c.value), c.complaints) << c.name; }
}

TEST(Schema, StopsComplainingAfterTwentyViolations) {
  std::vector<json> values(100, json("x"));
  const auto status = Schema::array(Schema::integer()).validate(json(values));
  ASSERT_TRUE(status.has_error());
  EXPECT_EQ(status.error().fields.size(), 20U);
}

TEST(Schema, ReadsQueryTextIntoItsType) {
  EXPECT_EQ(Schema::integer().from_text("42"), json(42));
  EXPECT_EQ(Schema::integer().from_text("-42"), json(-42));
  EXPECT_EQ(Schema::boolean().from_text("true"), json(true));
  EXPECT_EQ(Schema::string().from_text("42"), json("42"));
  for (const char* bad : {"", "4x", " 4", "99999999999999999999", "0x10", "1e3"}) {
    EXPECT_EQ(complaints(Schema::integer(), Schema::integer().from_text(bad)), "/:not_an_integer") << bad;
  }
}

TEST(Schema, DocumentsWhatItChecks) {
  const auto document = Schema::object({required("id", Schema::id()), optional("kind", Schema::one_of({"a", "b"}).nullable()), required("owner", Schema::ref("Agent").nullable()),
                                        required("names", Schema::array(Schema::string(1, 9)))})
                            .document();
  EXPECT_EQ(document["required"], json({"id", "owner", "names"}));
  EXPECT_EQ(document["properties"]["id"]["minimum"], 1);
  EXPECT_EQ(document["properties"]["kind"]["type"], json({"string", "null"}));
  EXPECT_EQ(document["properties"]["kind"]["enum"], json({"a", "b", nullptr}));
  EXPECT_EQ(document["properties"]["owner"]["oneOf"][0]["$ref"], "#/components/schemas/Agent");
  EXPECT_EQ(document["properties"]["names"]["items"]["maxLength"], 9);
}

std::string nested(int levels, const std::string& inside) { return std::string(static_cast<std::size_t>(levels), '[') + inside + std::string(static_cast<std::size_t>(levels), ']'); }

TEST(ParseJson, TakesThirtyTwoLevelsAndNoMore) {
  EXPECT_TRUE(parse_json(nested(32, "1")).has_value());
  for (const int levels : {33, 100, 100'000}) {
    const auto refused = parse_json(nested(levels, "1"));
    ASSERT_TRUE(refused.has_error()) << levels;
    EXPECT_EQ(refused.error().fields.at(0).code, "too_deep");
  }
  EXPECT_TRUE(parse_json(nested(33, "")).has_error()) << "an empty list is a level too";
  EXPECT_TRUE(parse_json(std::string(1'000'000, '[')).has_error());
}

TEST(ParseJson, RefusesWhatIsNotJsonInUtf8) {
  for (const std::string bad : {"", " ", "{", "{'a':1}", "[1,]", "nul", "\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "{\"a\":1} x", "\"a\nb\"", "NaN", "1e999"}) {
    const auto refused = parse_json(bad);
    ASSERT_TRUE(refused.has_error()) << bad;
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    EXPECT_EQ(refused.error().fields.at(0).path, "/");
  }
  EXPECT_EQ(parse_json(R"({"a":[1,"\u4f60",null]})").value(), json({{"a", {1, "你", nullptr}}}));
}

TEST(DumpJson, ReplacesForeignBytesAndNeverThrows) {
  EXPECT_EQ(dump_json(json("a\xff" "b")), "\"a\xEF\xBF\xBD" "b\"");
  EXPECT_EQ(dump_json(json{{"a", 1}}), R"({"a":1})");
}

}  // namespace
}  // namespace parley
