#include "base/schema.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <variant>

#include "base/text.h"

namespace parley {

using nlohmann::json;

struct Schema::Node {
  enum class Kind : std::uint8_t { anything, string, token, integer, number, boolean, one_of, array, map, ref, object } kind{Kind::anything};
  std::size_t min_size{0}, max_size{0};
  std::int64_t min{INT64_MIN}, max{INT64_MAX};
  std::vector<std::string> values;  // one_of; ref: the component's name
  std::vector<Schema> items;        // array, map: one element
  std::vector<Field> fields;
  bool is_nullable{false};
  std::string description;
};

namespace {

using Kind = Schema::Node::Kind;

bool is_token(std::string_view text) {
  for (const char c : text) {
    const bool fine = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!fine) { return false; }
  }
  return true;
}

void complain(std::vector<FieldError>& errors, const std::string& path, const char* code, std::string message) {
  if (errors.size() < 20) { errors.push_back({path.empty() ? "/" : path, code, std::move(message)}); }
}

void check_text(const Schema::Node& node, const json& value, const std::string& path, std::vector<FieldError>& errors) {
  if (!value.is_string()) { return complain(errors, path, "not_a_string", "must be text"); }
  const auto& text = value.get_ref<const std::string&>();
  const std::size_t size = count_characters(text);
  if (size < node.min_size) {
    return complain(errors, path, size == 0 ? "empty" : "too_short", "needs at least " + std::to_string(node.min_size) + " characters");
  }
  if (size > node.max_size) { return complain(errors, path, "too_long", "may have at most " + std::to_string(node.max_size) + " characters"); }
  if (node.kind == Kind::token && !is_token(text)) { complain(errors, path, "bad_format", "may hold only letters, digits, _ and -"); }
}

void check_integer(const Schema::Node& node, const json& value, const std::string& path, std::vector<FieldError>& errors) {
  const bool too_big = value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  if (!value.is_number_integer() || too_big) { return complain(errors, path, "not_an_integer", "must be a whole number"); }
  const auto number = value.get<std::int64_t>();
  if (number < node.min) { return complain(errors, path, "too_small", "must be at least " + std::to_string(node.min)); }
  if (number > node.max) { complain(errors, path, "too_big", "must be at most " + std::to_string(node.max)); }
}

void check_one_of(const Schema::Node& node, const json& value, const std::string& path, std::vector<FieldError>& errors) {
  std::string list;
  for (const auto& allowed : node.values) {
    if (value.is_string() && value.get_ref<const std::string&>() == allowed) { return; }
    list += (list.empty() ? "" : ", ") + allowed;
  }
  complain(errors, path, "not_allowed", "must be one of: " + list);
}

std::string escape_pointer(const std::string& key) {
  std::string out;
  for (const char c : std::string(first_characters(key, 60))) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

void check_object(const Schema::Node& node, const json& value, const std::string& path, std::vector<FieldError>& errors) {
  if (!value.is_object()) { return complain(errors, path, "not_an_object", "must be an object"); }
  for (const auto& field : node.fields) {
    const auto found = value.find(field.name);
    const std::string inner = path + "/" + field.name;
    if (found == value.end()) {
      if (field.is_required) { complain(errors, inner, "missing", "is required"); }
    } else {
      field.schema.check(*found, inner, errors);
    }
  }
}

void check_items(const Schema::Node& node, const json& value, const std::string& path, std::vector<FieldError>& errors) {
  const bool is_array = node.kind == Kind::array;
  if (is_array ? !value.is_array() : !value.is_object()) {
    return complain(errors, path, is_array ? "not_an_array" : "not_an_object", is_array ? "must be a list" : "must be an object");
  }
  if (value.size() > node.max_size) { return complain(errors, path, "too_many", "may have at most " + std::to_string(node.max_size) + " entries"); }
  if (is_array) {
    std::size_t index = 0;
    for (const auto& item : value) { node.items.front().check(item, path + "/" + std::to_string(index++), errors); }
  } else {
    for (const auto& [key, item] : value.items()) { node.items.front().check(item, path + "/" + escape_pointer(key), errors); }
  }
}

}  // namespace

Schema::Schema() : node_(std::make_shared<Node>()) {}

Schema Schema::string(std::size_t min, std::size_t max) {
  Node node{Kind::string};
  node.min_size = min;
  node.max_size = max;
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::token(std::size_t min, std::size_t max) {
  Node node{Kind::token};
  node.min_size = min;
  node.max_size = max;
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::integer(std::int64_t min, std::int64_t max) {
  Node node{Kind::integer};
  node.min = min;
  node.max = max;
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::number() { return Schema(std::make_shared<Node>(Node{Kind::number})); }
Schema Schema::boolean() { return Schema(std::make_shared<Node>(Node{Kind::boolean})); }
Schema Schema::one_of(std::vector<std::string> values) {
  Node node{Kind::one_of};
  node.values = std::move(values);
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::array(Schema item, std::size_t max) {
  Node node{Kind::array};
  node.items.push_back(std::move(item));
  node.max_size = max;
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::map(Schema value, std::size_t max) {
  Node node{Kind::map};
  node.items.push_back(std::move(value));
  node.max_size = max;
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::ref(std::string component) {
  Node node{Kind::ref};
  node.values.push_back(std::move(component));
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::object(std::vector<Field> fields) {
  Node node{Kind::object};
  node.fields = std::move(fields);
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::nullable() const {
  Node node = *node_;
  node.is_nullable = true;
  return Schema(std::make_shared<Node>(std::move(node)));
}
Schema Schema::described(std::string sentence) const {
  Node node = *node_;
  node.description = std::move(sentence);
  return Schema(std::make_shared<Node>(std::move(node)));
}

const std::vector<Schema::Field>& Schema::fields() const { return node_->fields; }
bool Schema::is_anything() const { return node_->kind == Kind::anything; }

void Schema::check(const json& value, const std::string& path, std::vector<FieldError>& errors) const {
  if (value.is_null() && (node_->is_nullable || node_->kind == Kind::anything)) { return; }
  switch (node_->kind) {
    case Kind::anything:
    case Kind::ref: return;
    case Kind::string:
    case Kind::token: return check_text(*node_, value, path, errors);
    case Kind::integer: return check_integer(*node_, value, path, errors);
    case Kind::number:
      if (!value.is_number()) { complain(errors, path, "not_a_number", "must be a number"); }
      return;
    case Kind::boolean:
      if (!value.is_boolean()) { complain(errors, path, "not_a_boolean", "must be true or false"); }
      return;
    case Kind::one_of: return check_one_of(*node_, value, path, errors);
    case Kind::array:
    case Kind::map: return check_items(*node_, value, path, errors);
    case Kind::object: return check_object(*node_, value, path, errors);
  }
}

Status Schema::validate(const json& value) const {
  std::vector<FieldError> errors;
  check(value, "", errors);
  if (errors.empty()) { return {}; }
  Error error(Errc::invalid_input, errors.front().path + " " + errors.front().message);
  error.fields = std::move(errors);
  return error;
}

json Schema::from_text(std::string_view text) const {
  if (node_->kind == Kind::integer) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed == std::errc{} && end == text.data() + text.size()) { return number; }
  }
  if (node_->kind == Kind::boolean && (text == "true" || text == "false")) { return text == "true"; }
  return std::string(text);
}

json Schema::document() const {
  json out = json::object();
  const auto typed = [&](const char* type) { out["type"] = node_->is_nullable ? json::array({type, "null"}) : json(type); };
  switch (node_->kind) {
    case Kind::anything: break;
    case Kind::string:
    case Kind::token:
      typed("string");
      if (node_->min_size > 0) { out["minLength"] = node_->min_size; }
      out["maxLength"] = node_->max_size;
      if (node_->kind == Kind::token) { out["pattern"] = "^[A-Za-z0-9_-]*$"; }
      break;
    case Kind::integer:
      typed("integer");
      if (node_->min != INT64_MIN) { out["minimum"] = node_->min; }
      if (node_->max != INT64_MAX) { out["maximum"] = node_->max; }
      break;
    case Kind::number: typed("number"); break;
    case Kind::boolean: typed("boolean"); break;
    case Kind::one_of:
      typed("string");
      out["enum"] = node_->values;
      if (node_->is_nullable) { out["enum"].push_back(nullptr); }
      break;
    case Kind::array:
      typed("array");
      out["items"] = node_->items.front().document();
      break;
    case Kind::map:
      typed("object");
      out["additionalProperties"] = node_->items.front().document();
      break;
    case Kind::ref: {
      const json target{{"$ref", "#/components/schemas/" + node_->values.front()}};
      if (node_->is_nullable) {
        out["oneOf"] = json::array({target, {{"type", "null"}}});
      } else {
        out = target;
      }
      break;
    }
    case Kind::object: {
      typed("object");
      out["properties"] = json::object();
      json needed = json::array();
      for (const auto& field : node_->fields) {
        out["properties"][field.name] = field.schema.document();
        if (field.is_required) { needed.push_back(field.name); }
      }
      if (!needed.empty()) { out["required"] = std::move(needed); }
      break;
    }
  }
  if (!node_->description.empty()) { out["description"] = node_->description; }
  return out;
}

}  // namespace parley
