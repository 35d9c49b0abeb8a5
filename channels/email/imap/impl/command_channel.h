// Tagged commands and their answers.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "channels/email/imap/imap_response.h"
#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::imap {

/// A command without its tag. Whenever the server asks for more ("+"), it gets the next of `answers`, or an empty line.
class Command {
 public:
  explicit Command(std::string text) : pieces_(1, std::move(text)) {}
  Command& text(std::string_view more);
  /// Space and a string: quoted, or as a literal when it cannot be.
  Command& string(std::string_view value);
  /// What the server gets when it asks for more, without CRLF.
  Command& answer(std::string line);

 private:
  friend class CommandChannel;
  std::deque<std::string> pieces_;
};

class CommandChannel {
 public:
  using OnUntagged = std::function<void(Response&)>;
  using milliseconds = std::chrono::milliseconds;

  CommandChannel(std::unique_ptr<wire::LineStream> stream, milliseconds answer_limit) : stream_(std::move(stream)), answer_limit_(answer_limit) {}

  /// Sends and waits for the tagged answer; everything untagged goes to `on_untagged` first. Errors: timeout, unavailable (also BYE),
  /// too_large, invalid_input; the stream is closed then.
  wire::Task<Result<Condition>> run(Command command, OnUntagged on_untagged);
  /// Sends and returns when the server asks for more (nothing), or with its tagged refusal. Errors as above.
  wire::Task<Result<std::optional<Condition>>> begin(Command command, OnUntagged on_untagged);
  /// After begin(): sends a line, waits for the tagged answer.
  wire::Task<Result<Condition>> end(std::string line, OnUntagged on_untagged);
  /// One response outside of commands: the greeting, or what comes during IDLE. Timeout leaves the stream open.
  wire::Task<Result<Response>> read(milliseconds limit);

  wire::LineStream& stream() { return *stream_; }
  const wire::LineStream& stream() const { return *stream_; }
  /// What the server said when it asked for more last.
  const std::string& challenge() const { return challenge_; }

 private:
  std::string tagged(Command& command);
  /// Sends a line and reads until the tagged answer or a request for more (nothing).
  wire::Task<Result<std::optional<Condition>>> step(std::string line, const OnUntagged& on_untagged);  // awaited in place
  wire::Task<Result<Response>> read_answer();

  std::unique_ptr<wire::LineStream> stream_;
  milliseconds answer_limit_;  // of silence while the server works
  std::uint32_t commands_{0};
  std::string tag_, challenge_;
};

}  // namespace parley::channels::email::imap
