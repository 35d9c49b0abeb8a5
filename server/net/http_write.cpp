// The answering half of HttpSession: bodies from memory, files, and the polite end of a connection.
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <array>
#include <vector>

#include "server/net/byte_range.h"
#include "server/net/file_source.h"
#include "server/net/http_session.h"
#include "server/net/response_head.h"

namespace parley::net {
namespace {

namespace asio = boost::asio;

// Each write_timeout must take this much from us: large answers over slow lines pass, a reader that stands still does not.
constexpr std::size_t write_step = 64 * 1024;
constexpr std::chrono::milliseconds goodbye_limit{1'000};
constexpr std::size_t goodbye_bytes_max = 1 << 20;

constexpr Refusal no_file{404, "not_found", "There is no such file."};

bool is_read(std::string_view method) { return method == "GET" || method == "HEAD"; }

HttpResponse not_modified(HttpResponse response) {
  response.status = 304;
  response.body.clear();
  response.shared_body.reset();
  response.file.reset();
  return response;
}

}  // namespace

Task<void> HttpSession::refuse(Refusal refusal) {
  if (exchange_.request_id.empty()) {
    exchange_.request_id = state_->next_request_id();
    exchange_.remote_address = peer_;
    exchange_.start = std::chrono::steady_clock::now();
  }
  if (refusal.status == 408) {
    state_->counters.requests_timed_out.add();
  } else if (refusal.status < 500) {
    state_->counters.requests_bad.add();
  }
  has_timed_out_ = false;  // writing has a deadline of its own
  HttpResponse response = refusal_response(refusal, exchange_.request_id);
  std::ignore = co_await respond(std::move(response), false);
}

Task<bool> HttpSession::respond(HttpResponse response, bool keep_alive) {
  keep_alive = keep_alive && !state_->is_stopping;
  if (response.status < 200 || response.status > 599) { response.status = 500; }
  const bool may_be_conditional = response.status == 200 && is_read(exchange_.method);
  if (may_be_conditional && etag_matches(exchange_.if_none_match, response.headers.find("etag"))) {
    response = not_modified(std::move(response));
  }
  if (response.file && status_has_body(response.status)) { co_return co_await respond_with_file(std::move(response), keep_alive); }
  const std::string_view body = response.shared_body ? std::string_view(*response.shared_body) : std::string_view(response.body);
  HeadFacts facts;
  facts.request_id = exchange_.request_id;
  facts.keep_alive = keep_alive;
  facts.is_http_1_0 = exchange_.is_http_1_0;
  const bool has_body = status_has_body(response.status);
  if (has_body) { facts.content_length = body.size(); }
  exchange_.status = response.status;
  std::string head = response_head(response, facts);
  const bool is_sent = co_await send(std::move(head), has_body && exchange_.method != "HEAD" ? body : std::string_view());
  finish_exchange();
  co_return is_sent && keep_alive;
}

Task<bool> HttpSession::respond_with_file(HttpResponse response, bool keep_alive) {
  auto file = FileSource::open(*response.file);
  if (!file) {
    HttpResponse missing = refusal_response(no_file, exchange_.request_id);
    co_return co_await respond(std::move(missing), keep_alive);
  }
  std::uint64_t offset = 0;
  std::uint64_t count = file->size();
  response.headers.add("Accept-Ranges", "bytes");
  const auto etag = response.headers.find("etag");
  const bool is_fresh = exchange_.if_range.empty() || (!etag.starts_with("W/") && exchange_.if_range == etag);
  if (response.status == 200 && exchange_.method == "GET" && !exchange_.range.empty() && is_fresh) {
    const auto answer = parse_range(exchange_.range, file->size());
    const std::string total = std::to_string(file->size());
    if (answer.is_unsatisfiable) {
      response.status = 416;
      response.headers.add("Content-Range", "bytes */" + total);
      count = 0;
    } else if (answer.range) {
      response.status = 206;
      offset = answer.range->first;
      count = answer.range->last - offset + 1;
      response.headers.add("Content-Range", "bytes " + std::to_string(offset) + "-" + std::to_string(answer.range->last) + "/" + total);
    }
  }
  HeadFacts facts;
  facts.content_length = count;
  facts.request_id = exchange_.request_id;
  facts.keep_alive = keep_alive;
  facts.is_http_1_0 = exchange_.is_http_1_0;
  exchange_.status = response.status;
  std::string head = response_head(response, facts);
  if (exchange_.method == "HEAD") { count = 0; }
  const bool is_sent = co_await send_file(std::move(head), *file, offset, count);
  finish_exchange();
  co_return is_sent && keep_alive;
}

Task<bool> HttpSession::send(std::string head, std::string_view body) {
  asio::const_buffer first = asio::buffer(head);
  do {
    const std::size_t step = std::min(body.size(), write_step);
    const asio::const_buffer second(body.data(), step);
    const bool is_sent = co_await write(first, second);
    if (!is_sent) { co_return false; }
    first = asio::const_buffer();
    body.remove_prefix(step);
  } while (!body.empty());
  co_return true;
}

/// Between two small reads of the file the thread serves others: the write in between always goes through the event loop.
Task<bool> HttpSession::send_file(std::string head, FileSource& file, std::uint64_t offset, std::uint64_t count) {
  std::vector<char> piece(std::min<std::uint64_t>(count, write_step));
  asio::const_buffer first = asio::buffer(head);
  do {
    const std::span<char> space(piece.data(), std::min<std::uint64_t>(count, piece.size()));
    const std::size_t step = space.empty() ? 0 : file.read(offset, space);
    if (step == 0 && count > 0) { co_return false; }  // became shorter meanwhile; only cutting the connection tells the client
    const asio::const_buffer second(piece.data(), step);
    const bool is_sent = co_await write(first, second);
    if (!is_sent) { co_return false; }
    first = asio::const_buffer();
    offset += step;
    count -= step;
  } while (count > 0);
  co_return true;
}

Task<bool> HttpSession::write(asio::const_buffer first, asio::const_buffer second) {
  enter(Phase::writing, state_->options.write_timeout);
  const std::array<asio::const_buffer, 2> both{first, second};
  boost::system::error_code failure;
  const std::size_t sent = co_await asio::async_write(stream_, both, asio::redirect_error(asio::use_awaitable, failure));
  Deadlines::disarm(*this);
  state_->counters.bytes_out.add(sent);
  exchange_.bytes_out += sent;
  if (failure) { is_broken_ = true; }
  co_return !is_broken_;
}

void HttpSession::finish_exchange() {
  state_->counters.requests_total.add();
  if (!state_->access_log) { return; }
  using std::chrono::microseconds;
  const auto taken = std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - exchange_.start);
  state_->access_log(AccessRecord{exchange_.method, exchange_.path, exchange_.status, taken.count(), exchange_.bytes_out,
                                  exchange_.remote_address, exchange_.request_id});
}

/// Closing a socket with unread bytes sends a reset, which can destroy the answer on its way. So: end our direction, then read and
/// throw away for a moment.
Task<void> HttpSession::say_goodbye() {
  enter(Phase::closing, goodbye_limit);
  boost::system::error_code failure;
  if (stream_.is_tls()) {
    co_await stream_.tls().async_shutdown(asio::redirect_error(asio::use_awaitable, failure));
    failure = {};
  }
  stream_.shutdown_send();
  std::size_t total = 0;
  in_.consume(in_.size());
  while (!failure && total < goodbye_bytes_max && !is_broken_) {
    const auto space = in_.prepare(4096);
    total += co_await stream_.lowest().async_read_some(space, asio::redirect_error(asio::use_awaitable, failure));
  }
}

}  // namespace parley::net
