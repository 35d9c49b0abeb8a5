#include "channels/email/mime/impl/header_text.h"

#include <gmime/gmime.h>

#include <optional>

#include "base/text.h"
#include "channels/email/mime/impl/charset.h"

namespace parley::channels::email::mime {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct EncodedWord {
  std::string_view charset;
  char encoding;  // 'b' or 'q'
  std::string_view payload;
  std::size_t end;  // one past its last character
};

/// The encoded word at `at`, read generously: no charset, blanks inside, no closing "?=" at the end of the value.
std::optional<EncodedWord> word_at(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "=?") { return std::nullopt; }
  const std::size_t charset_end = text.find('?', at + 2);
  if (charset_end == std::string_view::npos || charset_end - at > 80 || charset_end + 2 >= text.size() || text[charset_end + 2] != '?') { return std::nullopt; }
  std::string_view charset = text.substr(at + 2, charset_end - at - 2);
  charset = charset.substr(0, charset.find('*'));  // RFC 2231 language
  const char encoding = static_cast<char>(text[charset_end + 1] | 0x20);
  if (encoding != 'b' && encoding != 'q') { return std::nullopt; }
  const std::size_t begin = charset_end + 3;
  const std::size_t close = text.find("?=", begin);
  const bool is_closed = close != std::string_view::npos;
  const std::size_t end = is_closed ? close : text.size();
  // Cut at a length limit: only the tail of the value can be such a word.
  if (!is_closed && text.substr(begin).find_first_of(" ?<,") != std::string_view::npos) { return std::nullopt; }
  return EncodedWord{charset, encoding, text.substr(begin, end - begin), is_closed ? close + 2 : end};
}

std::string decode_base64(std::string_view payload) {
  std::string bytes(payload.size() / 4 * 3 + 6, '\0');
  GMimeEncoding state;
  g_mime_encoding_init_decode(&state, GMIME_CONTENT_ENCODING_BASE64);
  std::string padded(payload);  // GMime holds back an unfinished group
  while (padded.size() % 4 != 0) { padded.push_back('='); }
  bytes.resize(g_mime_encoding_outlen(&state, padded.size()));
  bytes.resize(g_mime_encoding_flush(&state, padded.data(), padded.size(), bytes.data()));
  const std::size_t most = payload.size() * 3 / 4;  // the padding we added must not count as bytes
  if (bytes.size() > most) { bytes.resize(most); }
  return bytes;
}

std::string decode_q(std::string_view payload) {
  std::string bytes;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const int high = i + 2 < payload.size() && payload[i] == '=' ? hex_value(payload[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(payload[i + 2]) : -1;
    if (low >= 0) {
      bytes.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      bytes.push_back(payload[i] == '_' ? ' ' : payload[i]);
    }
  }
  return bytes;
}

/// Neighbouring encoded words of one charset: their bytes are joined before conversion, because many senders cut in the middle of
/// a character, some even in the middle of a base64 group.
class WordRun {
 public:
  bool takes(const EncodedWord& word) const { return charset_.empty() ? bytes_.empty() && base64_.empty() : to_lower_ascii(word.charset) == charset_; }
  void add(const EncodedWord& word) {
    charset_ = to_lower_ascii(word.charset);
    if (word.encoding == 'q') {
      flush();
      bytes_ += decode_q(word.payload);
      return;
    }
    for (const char c : word.payload) {
      if (!is_blank(c)) { base64_.push_back(c); }
    }
    if (base64_.size() % 4 == 0 || base64_.back() == '=') { flush(); }
  }
  std::string finish(std::string_view hint, bool& is_clean) {
    flush();
    Decoded decoded = decode_text(bytes_, charset_, hint);
    is_clean = is_clean && decoded.was_declared && !charset_.empty();
    *this = WordRun{};
    return std::move(decoded.text);
  }

 private:
  void flush() {
    if (!base64_.empty()) { bytes_ += decode_base64(base64_); }
    base64_.clear();
  }
  std::string charset_, bytes_, base64_;
};

struct Piece {
  std::string text;  // UTF-8
  bool is_word;      // came from encoded words
};

std::string raw_to_utf8(std::string_view bytes, std::string_view hint, bool& is_clean) {
  Decoded decoded = decode_text(bytes, {}, hint);
  is_clean = is_clean && decoded.was_declared;
  return std::move(decoded.text);
}

/// The value cut into plain stretches and decoded runs of encoded words; blanks between two encoded words are not text.
std::vector<Piece> pieces_of(std::string_view text, std::string_view hint, bool& is_clean) {
  std::vector<Piece> pieces;
  std::size_t plain_begin = 0;
  std::size_t at = text.find("=?");
  while (at != std::string_view::npos) {
    auto word = word_at(text, at);
    if (!word) {
      at = text.find("=?", at + 2);
      continue;
    }
    if (at > plain_begin) { pieces.push_back({raw_to_utf8(text.substr(plain_begin, at - plain_begin), hint, is_clean), false}); }
    WordRun run;
    std::string decoded;
    while (word) {
      if (!run.takes(*word)) { decoded += run.finish(hint, is_clean); }
      run.add(*word);
      plain_begin = word->end;
      std::size_t next = plain_begin;
      while (next < text.size() && is_blank(text[next])) { ++next; }
      word = next < text.size() ? word_at(text, next) : std::nullopt;
    }
    decoded += run.finish(hint, is_clean);
    pieces.push_back({std::move(decoded), true});
    at = text.find("=?", plain_begin);
  }
  if (plain_begin < text.size()) { pieces.push_back({raw_to_utf8(text.substr(plain_begin), hint, is_clean), false}); }
  return pieces;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') { out.push_back('\\'); }
    out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
  }
  return out;
}

/// Follows the quotes of a structured value.
void follow_quotes(std::string_view text, bool& is_quoted) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      is_quoted = !is_quoted;
    }
  }
}

}  // namespace

std::string unfold(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (const char c : raw) {
    if (c == '\r' || c == '\n') { continue; }
    const bool is_control = (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\x1B') || c == 0x7F;
    out.push_back(is_control ? ' ' : c);
  }
  return std::string(trim(out));
}

std::string decode_header_text(std::string_view raw, std::string_view hint, bool& is_clean) {
  std::string text;
  for (const auto& piece : pieces_of(unfold(raw), hint, is_clean)) { text += piece.text; }
  return clean_line(text);
}

std::string decode_structured(std::string_view raw, std::string_view hint, bool& is_clean) {
  std::string out;
  bool is_quoted = false;
  for (const auto& piece : pieces_of(unfold(raw), hint, is_clean)) {
    if (!piece.is_word) {
      follow_quotes(piece.text, is_quoted);
      out += piece.text;
    } else if (is_quoted) {
      out += escaped(piece.text);
    } else {
      out += '"';
      out += escaped(piece.text);
      out += '"';
    }
  }
  return out;
}

}  // namespace parley::channels::email::mime
