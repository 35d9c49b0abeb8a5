#include "server/net/request_parser.h"

#include <algorithm>

#include "server/net/header_text.h"
#include "server/net/request_path.h"

namespace parley::net {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t target_max = 8 * 1024;
constexpr std::size_t method_max = 32;
constexpr std::size_t fields_max = 100;

constexpr Refusal bad_request{400, "invalid_input", "The request is not valid HTTP/1.1."};
constexpr Refusal bad_path{400, "invalid_input", "The request target is not a valid path."};
constexpr Refusal bad_host{400, "invalid_input", "HTTP/1.1 wants exactly one valid Host field."};
constexpr Refusal bad_length{400, "invalid_input", "The length of the body is not stated in one clear way."};
constexpr Refusal too_long_target{414, "too_large", "The request target is too long."};
constexpr Refusal too_large_head{431, "too_large", "The header of the request is too large."};
constexpr Refusal too_large_body{413, "too_large", "The body of the request is too large."};
constexpr Refusal unknown_expectation{417, "invalid_input", "Only the expectation 100-continue is known."};
constexpr Refusal unknown_encoding{501, "not_implemented", "Only the transfer encoding chunked is known."};
constexpr Refusal unknown_version{505, "not_implemented", "Only HTTP/1.0 and HTTP/1.1 are known."};

bool is_token_char(char c) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:[]%~").find(c) != std::string_view::npos;
  });
}

// "GET / HTTP/3.0" speaks HTTP, only not ours; "GET / please" does not.
bool names_version(std::string_view head) {
  const auto line = head.substr(0, head.find('\r'));
  const auto at = line.rfind(" HTTP/");
  return at != std::string_view::npos && at + 6 < line.size() && line[at + 6] >= '0' && line[at + 6] <= '9';
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

// Line feeds without carriage return, lone carriage returns and folded lines are where two parsers in a row disagree, so all three
// are refused before Beast, which unfolds, sees them.
std::optional<Refusal> HeadScanner::look_at(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (after_return_ != (c == '\n')) { return bad_request; }
  if (c == '\r') { return std::nullopt; }
  if ((byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7f) { return bad_request; }
  if (column_ == 0 && line_ > 0 && (c == ' ' || c == '\t')) { return bad_request; }
  if (line_ > 0 || !in_method_) { return line_ == 0 && column_ > target_max + method_max ? std::optional(too_long_target) : std::nullopt; }
  if (c == ' ' && column_ > 0) {
    in_method_ = false;
  } else if (!is_token_char(c) || column_ >= method_max) {
    return bad_request;
  }
  return std::nullopt;
}

std::size_t HeadScanner::scan(std::string_view all, std::optional<Refusal>& refusal) {
  for (; seen_ < all.size(); ++seen_) {
    const char c = all[seen_];
    refusal = look_at(c);
    if (refusal) { return 0; }
    if (seen_ >= head_max_) {
      refusal = too_large_head;
      return 0;
    }
    if (c == '\n') {
      const bool is_end = column_ == 0 && line_ > 0;
      ++line_;
      column_ = 0;
      after_return_ = false;
      if (is_end) { return ++seen_; }
    } else if (c == '\r') {
      after_return_ = true;
    } else {
      ++column_;
    }
  }
  return 0;
}

RequestParser::RequestParser() {
  body_limit(boost::none);  // known only after the head; see set_body_limit
  header_limit(UINT32_MAX);  // HeadScanner has measured it
}

void RequestParser::refuse(Refusal refusal, ErrorCode& ec) {
  if (!refusal_) { refusal_ = refusal; }
  ec = http::make_error_code(http::error::bad_field);
}

std::optional<Refusal> RequestParser::refusal_of(const ErrorCode& ec) const {
  if (refusal_) { return refusal_; }
  if (!ec || ec == http::error::need_more) { return std::nullopt; }
  if (ec == http::error::body_limit) { return too_large_body; }
  if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length ||
      ec == http::error::bad_transfer_encoding) {
    return bad_length;
  }
  return has_head_ ? bad_body : bad_request;
}

std::optional<Refusal> RequestParser::parse_head(std::string_view head) {
  ErrorCode ec;
  put(boost::asio::const_buffer(head.data(), head.size()), ec);
  if (ec == http::error::bad_version) { return names_version(head) ? unknown_version : bad_request; }
  if (auto refusal = refusal_of(ec)) { return refusal; }
  if (!is_header_done()) { return bad_request; }
  eager(true);
  return std::nullopt;
}

std::optional<Refusal> RequestParser::set_body_limit(std::uint64_t limit) {
  if (length_.value_or(0) > limit) { return too_large_body; }
  if (!length_) { body_limit(limit); }
  return std::nullopt;
}

std::size_t RequestParser::parse_body(std::string_view bytes, std::optional<Refusal>& refusal) {
  ErrorCode ec;
  const std::size_t used = put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  refusal = refusal_of(ec);
  return used;
}

void RequestParser::on_request_impl(http::verb, Text method, Text target, int version, ErrorCode& ec) {
  version_ = version;
  request_.method = std::string(view(method));
  if (target.size() > target_max) { return refuse(too_long_target, ec); }
  request_.target = std::string(view(target));
  auto parsed = net::parse_target(request_.target);
  const bool is_asterisk = request_.target == "*";
  if (!parsed || (is_asterisk && request_.method != "OPTIONS")) { return refuse(bad_path, ec); }
  request_.path = std::move(parsed->path);
  request_.query = std::move(parsed->query);
  if (parsed->authority.empty()) { return; }
  if (!is_host(parsed->authority)) { return refuse(bad_host, ec); }
  request_.headers.add("host", std::move(parsed->authority));  // first, so it wins over the field (RFC 9112 section 3.2.2)
}

void RequestParser::on_field_impl(http::field field, Text name, Text value, ErrorCode& ec) {
  if (has_head_) { return; }  // a trailer: nothing we read may come that late
  if (request_.headers.items.size() >= fields_max) { return refuse(too_large_head, ec); }
  check_known_field(field, value, ec);
  if (ec) { return; }
  std::string lower(view(name));
  for (char& c : lower) { c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
  const bool is_overridden = field == http::field::host && !request_.headers.find("host").empty();
  if (!is_overridden) { request_.headers.add(std::move(lower), std::string(view(value))); }
}

void RequestParser::check_known_field(http::field field, Text value, ErrorCode& ec) {
  switch (field) {
    case http::field::host:
      if (++hosts_ > 1 || !is_host(view(value))) { refuse(bad_host, ec); }
      return;
    case http::field::content_length: {
      const bool is_number = !value.empty() && value.size() <= 19 &&
                             std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (++lengths_ > 1 || encodings_ > 0 || !is_number) { return refuse(bad_length, ec); }
      length_ = std::stoull(std::string(view(value)));
      return;
    }
    case http::field::transfer_encoding:
      if (++encodings_ > 1 || lengths_ > 0 || version_ < 11) { return refuse(bad_length, ec); }
      if (!equals_lower(view(value), "chunked")) { refuse(unknown_encoding, ec); }
      return;
    case http::field::expect:
      expects_continue_ = equals_lower(view(value), "100-continue");
      if (!expects_continue_) { refuse(unknown_expectation, ec); }
      return;
    case http::field::upgrade:
      ++upgrades_;
      is_websocket_upgrade_ = upgrades_ == 1 && equals_lower(view(value), "websocket");
      return;
    default: return;
  }
}

void RequestParser::on_header_impl(ErrorCode& ec) {
  if (hosts_ == 0 && version_ >= 11) { return refuse(bad_host, ec); }
  is_websocket_upgrade_ = is_websocket_upgrade_ && upgrade();
  expects_continue_ = expects_continue_ && version_ >= 11;
  has_head_ = true;
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) {}

// Grows with what has arrived, not with what was announced: a thousand clients announcing 25 MB each cost nothing yet.
std::size_t RequestParser::on_body_impl(Text bytes, ErrorCode&) {
  auto& body = request_.body;
  const std::size_t needed = body.size() + bytes.size();
  if (needed > body.capacity()) {
    const std::uint64_t generous = std::max<std::uint64_t>({needed, 2 * body.capacity(), body_step});
    body.reserve(std::max<std::uint64_t>(needed, std::min<std::uint64_t>(generous, length_.value_or(generous))));
  }
  body.append(bytes.data(), bytes.size());
  return bytes.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) {}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode& ec) { return on_body_impl(bytes, ec); }

}  // namespace parley::net
