// One result type for expected outcomes; exceptions are for surprises (bugs, exhausted resources).
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <source_location>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace parley {

enum class Errc : std::uint8_t {
  invalid_input, unauthenticated, not_found, conflict, precondition, forbidden, too_large, rate_limited, unavailable, timeout,
  internal
};

/// One bad field of a request: JSON-pointer path, stable code, English sentence.
struct FieldError {
  std::string path;
  std::string code;
  std::string message;
};

struct Error {
  Errc code{Errc::internal};
  std::string detail;              // for logs; a client sees it only when `reason` is set
  std::string reason;              // stable client code such as "reply_guard"; empty: derived from `code`
  std::vector<FieldError> fields;  // for invalid_input
  std::shared_ptr<const nlohmann::json> extra;  // members merged into the problem document
  std::source_location at{};

  Error() = default;
  Error(Errc c, std::string d = {}, std::source_location l = std::source_location::current())
      : code(c), detail(std::move(d)), at(l) {}

  /// An error whose sentence is meant for the client, with a stable client code.
  static Error with_reason(Errc c, std::string reason, std::string sentence,
                           std::source_location l = std::source_location::current()) {
    Error error(c, std::move(sentence), l);
    error.reason = std::move(reason);
    return error;
  }
  /// invalid_input naming one field.
  static Error field(std::string path, std::string code, std::string message,
                     std::source_location l = std::source_location::current()) {
    Error error(Errc::invalid_input, message, l);
    error.fields.push_back({std::move(path), std::move(code), std::move(message)});
    return error;
  }
};

[[noreturn]] inline void throw_exception_from_error(const Error& e, const boost::source_location&) {
  throw std::logic_error("unchecked Result: " + e.detail);
}

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
};

using Status = Result<void>;

}  // namespace parley

#define PARLEY_CAT_(a, b) a##b
#define PARLEY_CAT(a, b) PARLEY_CAT_(a, b)
/// `PARLEY_TRY(auto x, f());` returns the error from the enclosing function or binds the value.
#define PARLEY_TRY(decl, expr)                                                                                   \
  auto PARLEY_CAT(tried_, __LINE__) = (expr);                                                                    \
  if (PARLEY_CAT(tried_, __LINE__).has_error()) { return std::move(PARLEY_CAT(tried_, __LINE__)).error(); }      \
  decl = std::move(PARLEY_CAT(tried_, __LINE__)).value()
#define PARLEY_CHECK(expr)                                                                                       \
  if (auto PARLEY_CAT(checked_, __LINE__) = (expr); PARLEY_CAT(checked_, __LINE__).has_error()) {                \
    return std::move(PARLEY_CAT(checked_, __LINE__)).error();                                                    \
  }
#define PARLEY_CO_TRY(decl, expr)                                                                                \
  auto PARLEY_CAT(tried_, __LINE__) = (expr);                                                                    \
  if (PARLEY_CAT(tried_, __LINE__).has_error()) { co_return std::move(PARLEY_CAT(tried_, __LINE__)).error(); }   \
  decl = std::move(PARLEY_CAT(tried_, __LINE__)).value()
