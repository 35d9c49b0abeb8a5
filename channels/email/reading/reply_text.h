// What the sender wrote himself, apart from the history his mail program quoted and from his signature. Hidden parts stay one click away,
// so when in doubt text is visible: hiding an answer is worse than showing a quote.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::channels::email {

enum class ReplyPart : unsigned char { visible, quoted, signature };

struct ReplyPiece {
  ReplyPart part{ReplyPart::visible};
  std::size_t begin{0}, end{0};
  bool operator==(const ReplyPiece&) const = default;
};

/// In order and without gaps: the pieces together are the whole text, and neighbours differ in their part.
struct ReplyText {
  std::vector<ReplyPiece> pieces;
  bool has_quote() const;
};

struct ReplyOptions {
  bool is_forward{false};  // the "history" is the message then: a header block under the note hides nothing
};

/// Text that came as text/plain, or was made from HTML. Time and memory are linear in the text.
ReplyText split_reply(std::string_view text, ReplyOptions options = {});
/// All pieces of one part together, blank ends trimmed.
std::string text_of(std::string_view text, const ReplyText& reply, ReplyPart part);

/// The same on sanitised HTML; every border lies between tags or at the beginning of a text line.
ReplyText split_reply_html(std::string_view html, ReplyOptions options = {});
/// The pieces of one part as HTML that stands alone: tags open at a border are closed there and opened again.
std::string html_of(std::string_view html, const ReplyText& reply, ReplyPart part);

}  // namespace parley::channels::email
