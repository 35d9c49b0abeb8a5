#include "channels/email/imap/impl/response_reader.h"

#include <algorithm>

namespace parley::channels::email::imap {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;
using wire::LineStream;
using wire::Task;

constexpr std::size_t bytes_per_second_min = 8 * 1024;

/// In one allocation, which costs nothing until the bytes are there: growing would need twice the room of a large mail.
Task<Result<std::string>> read_literal(LineStream& stream, std::size_t size) {  // awaited in place
  const auto end = SteadyClock::now() + progress_limit + seconds(size / bytes_per_second_min);
  std::string bytes;
  bytes.reserve(size);
  while (bytes.size() < size) {
    if (SteadyClock::now() >= end) { co_return Error{Errc::unavailable, "the server sends too slowly"}; }
    auto piece = co_await stream.read_some(size - bytes.size(), progress_limit);
    if (piece.has_error()) { co_return Error{Errc::unavailable, "the server stopped in the middle of a mail: " + piece.error().detail}; }
    bytes += piece.value();
  }
  co_return bytes;
}

Task<Status> read_literals(LineStream& stream, RawResponse& raw) {  // awaited in place
  std::size_t total = 0;
  while (const auto size = announced_literal(raw.lines.back())) {
    if (*size > literal_bytes_max - total || raw.literals.size() == literals_max) { co_return Error{Errc::too_large, "the server sends more than is taken at once"}; }
    total += *size;
    PARLEY_CO_TRY(auto literal, co_await read_literal(stream, *size));
    raw.literals.push_back(std::move(literal));
    auto line = co_await stream.read_line(line_bytes_max, progress_limit);
    if (line.has_error()) { co_return Error{Errc::unavailable, "the server stopped in the middle of a response: " + line.error().detail}; }
    raw.lines.push_back(std::move(line).value());
  }
  co_return Status{};
}

}  // namespace

Task<Result<Response>> read_response(LineStream& stream, milliseconds limit) {
  RawResponse raw;
  auto line = co_await stream.read_line(line_bytes_max, limit);
  if (line.has_error()) {
    if (line.error().code != Errc::timeout) { stream.close(); }
    co_return line.error();
  }
  raw.lines.push_back(std::move(line).value());
  auto literals = co_await read_literals(stream, raw);
  if (literals.has_error()) {
    stream.close();
    co_return literals.error();
  }
  const bool is_untagged = raw.lines.front().starts_with("* ");
  auto response = parse_response(std::move(raw));
  // Where it ends is known, so one piece of untagged nonsense costs no more than itself.
  if (response.has_error() && is_untagged) { response = Response{{}, Other{}}; }
  if (response.has_error()) { stream.close(); }
  co_return response;
}

}  // namespace parley::channels::email::imap
