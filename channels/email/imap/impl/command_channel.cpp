#include "channels/email/imap/impl/command_channel.h"

#include "base/text.h"
#include "channels/email/imap/command_text.h"
#include "channels/email/imap/impl/response_reader.h"

namespace parley::channels::email::imap {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;
using wire::Task;

constexpr std::chrono::minutes command_limit{5};    // for what a server says in answer to one command, apart from literals
constexpr std::size_t challenges_max = 16;          // "+" in one command

}  // namespace

Command& Command::text(std::string_view more) {
  pieces_.back().append(more);
  return *this;
}

Command& Command::string(std::string_view value) {
  if (is_quotable(value)) { return text(" " + in_quotes(value)); }
  text(" {" + std::to_string(value.size()) + "}");
  pieces_.emplace_back(value);
  return *this;
}

Command& Command::answer(std::string line) {
  pieces_.push_back(std::move(line));
  return *this;
}

std::string CommandChannel::tagged(Command& command) {
  tag_ = "p" + std::to_string(++commands_);
  challenge_.clear();
  std::string line = tag_ + ' ' + std::move(command.pieces_.front());
  command.pieces_.pop_front();
  return line;
}

Task<Result<Response>> CommandChannel::read(milliseconds limit) {
  auto response = co_await read_response(*stream_, limit);
  if (response.has_error()) { co_return response; }
  const auto* const condition = std::get_if<Condition>(&response.value().data);
  if (condition != nullptr && condition->kind == Condition::Kind::bye) {
    stream_->close();
    co_return Error{Errc::unavailable, "The server ended the connection: " + condition->text};
  }
  co_return response;
}

Task<Result<Response>> CommandChannel::read_answer() {
  auto response = co_await read(answer_limit_);
  if (response.has_error() && response.error().code == Errc::timeout) {
    stream_->close();
    co_return Error{Errc::timeout, "The server does not answer."};
  }
  co_return response;
}

Task<Result<std::optional<Condition>>> CommandChannel::step(std::string line, const OnUntagged& on_untagged) {
  line += "\r\n";
  auto sent = co_await stream_->write(std::move(line), progress_limit);
  if (sent.has_error()) { co_return sent.error(); }
  for (auto end = SteadyClock::now() + command_limit; SteadyClock::now() < end;) {
    auto read = co_await read_answer();
    if (read.has_error()) { co_return read.error(); }
    Response response = std::move(read).value();
    if (const auto* const more = std::get_if<Continuation>(&response.data)) {
      challenge_ = more->text;
      co_return std::optional<Condition>();
    }
    if (auto* const condition = std::get_if<Condition>(&response.data); condition != nullptr && response.tag == tag_) {
      co_return std::optional<Condition>(std::move(*condition));
    }
    // The transfer of a large mail has a limit of its own.
    if (const auto* const fetch = std::get_if<Fetch>(&response.data); fetch != nullptr && fetch->body) { end = SteadyClock::now() + command_limit; }
    if (on_untagged) { on_untagged(response); }
  }
  stream_->close();
  co_return Error{Errc::timeout, "The server talks without answering."};
}

Task<Result<Condition>> CommandChannel::run(Command command, OnUntagged on_untagged) {
  std::string line = tagged(command);
  for (std::size_t asked = 0; asked < challenges_max; ++asked) {
    auto stepped = co_await step(std::move(line), on_untagged);
    if (stepped.has_error()) { co_return stepped.error(); }
    if (stepped.value()) { co_return std::move(*stepped.value()); }
    line.clear();
    if (!command.pieces_.empty()) {
      line = std::move(command.pieces_.front());
      command.pieces_.pop_front();
    }
  }
  stream_->close();
  co_return Error{Errc::invalid_input, "The server keeps asking for more."};
}

Task<Result<std::optional<Condition>>> CommandChannel::begin(Command command, OnUntagged on_untagged) {
  std::string line = tagged(command);
  co_return co_await step(std::move(line), on_untagged);
}

Task<Result<Condition>> CommandChannel::end(std::string line, OnUntagged on_untagged) {
  auto stepped = co_await step(std::move(line), on_untagged);
  if (stepped.has_error()) { co_return stepped.error(); }
  if (stepped.value()) { co_return std::move(*stepped.value()); }
  stream_->close();
  co_return Error{Errc::invalid_input, "The server asks for more where there is no more."};
}

}  // namespace parley::channels::email::imap
