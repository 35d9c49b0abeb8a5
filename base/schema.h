// One description of a JSON shape that validates requests, documents them (OpenAPI 3.1) and, through that, types the browser code.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley {

class Schema {
 public:
  struct Node;

  Schema();                                     // anything
  static Schema string(std::size_t min = 0, std::size_t max = 1'000);  // in code points
  static Schema token(std::size_t min, std::size_t max);               // A-Za-z0-9_-
  static Schema integer(std::int64_t min = INT64_MIN, std::int64_t max = INT64_MAX);
  static Schema id() { return integer(1, INT64_MAX); }
  static Schema time() { return integer(0, INT64_MAX).described("UTC milliseconds since 1970"); }
  static Schema number();
  static Schema boolean();
  static Schema one_of(std::vector<std::string> values);
  static Schema array(Schema item, std::size_t max = 200);
  static Schema map(Schema value, std::size_t max = 100);  // object with any keys
  static Schema ref(std::string component);                // "#/components/schemas/<component>"

  struct Field;
  static Schema object(std::vector<Field> fields);

  Schema nullable() const;
  Schema described(std::string sentence) const;

  /// JSON Schema 2020-12 of this shape.
  nlohmann::json document() const;
  /// Adds one FieldError for each violation; unknown members are tolerated. `path` is a JSON pointer prefix.
  void check(const nlohmann::json& value, const std::string& path, std::vector<FieldError>& errors) const;
  /// check() as a Status: invalid_input naming every bad field.
  Status validate(const nlohmann::json& value) const;
  /// For query strings: turns text into this shape's JSON type (integers, booleans), leaves the rest as text.
  nlohmann::json from_text(std::string_view text) const;
  const std::vector<Field>& fields() const;
  bool is_anything() const;

 private:
  explicit Schema(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

struct Schema::Field {
  std::string name;
  Schema schema;
  bool is_required{true};
};
inline Schema::Field required(std::string name, Schema schema) { return {std::move(name), std::move(schema), true}; }
inline Schema::Field optional(std::string name, Schema schema) { return {std::move(name), std::move(schema), false}; }

}  // namespace parley
