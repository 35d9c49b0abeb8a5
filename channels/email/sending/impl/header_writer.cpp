#include "channels/email/sending/impl/header_writer.h"

#include <algorithm>
#include <vector>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/sending/impl/transfer_encoding.h"

namespace parley::channels::email::sending {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view hex = "0123456789ABCDEF";
constexpr std::string_view word_begin_b = "=?UTF-8?B?", word_begin_q = "=?UTF-8?Q?", word_end = "?=";
constexpr std::size_t word_max = 64;          // of the 75 allowed, so that one fits behind "Reply-To: "
constexpr std::size_t plain_word_max = 200;   // longer "words" are encoded, because nothing else can break them
constexpr std::size_t plain_name_max = 60;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_atom_character(char c) { return is_alphanumeric(c) || "!#$%&'*+-/=?^_`{|}~"sv.find(c) != std::string_view::npos; }
/// What may stand in a Q word anywhere, also in a name (RFC 2047 section 5 (3)).
bool is_q_literal(char c) { return is_alphanumeric(c) || "!*+-/"sv.find(c) != std::string_view::npos; }
/// What may stand in an RFC 2231 value.
bool is_attribute_character(char c) { return is_alphanumeric(c) || "!#$&+-.^_`|~"sv.find(c) != std::string_view::npos; }

std::size_t character_size(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  return std::min<std::size_t>(lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, text.size() - at);
}

void append_hex(std::string& out, char mark, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += mark;
  out += hex[byte >> 4];
  out += hex[byte & 15];
}

std::string q_form(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ') {
      out += '_';
    } else if (is_q_literal(c)) {
      out += c;
    } else {
      append_hex(out, '=', c);
    }
  }
  return out;
}

/// A sentence that survives folding and unfolding as it is.
bool is_plain_sentence(std::string_view text) {
  if (text.empty()) { return true; }
  const bool is_printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (!is_printable || text.front() == ' ' || text.back() == ' ') { return false; }
  if (text.find("=?") != std::string_view::npos || text.find("  ") != std::string_view::npos) { return false; }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end - at > plain_word_max) { return false; }
    at = end + 1;
  }
  return true;
}

/// The value of a parameter by RFC 2231, in pieces that fit a line each.
std::vector<std::string> parameter_pieces(std::string_view value) {
  constexpr std::size_t piece_max = 50;
  std::vector<std::string> pieces(1, "UTF-8''");
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t size = character_size(value, at);
    std::string character;
    for (const char c : value.substr(at, size)) {
      if (is_attribute_character(c)) {
        character += c;
      } else {
        append_hex(character, '%', c);
      }
    }
    if (pieces.back().size() + character.size() > piece_max) { pieces.emplace_back(); }
    pieces.back() += character;
    at += size;
  }
  return pieces;
}

std::string phrase(std::string_view name) {
  if (!is_plain_sentence(name) || name.size() > plain_name_max) { return encoded_words(name, " "); }
  const bool is_atoms = std::all_of(name.begin(), name.end(), [](char c) { return c == ' ' || is_atom_character(c); });
  return is_atoms ? std::string(name) : in_quotes(name);
}

}  // namespace

std::string encoded_words(std::string_view text, std::string_view between) {
  const std::size_t room = word_max - word_begin_b.size() - word_end.size();
  const bool uses_q = q_form(text).size() <= (text.size() + 2) / 3 * 4;
  const auto encoded = [&](std::string_view piece) { return uses_q ? q_form(piece) : base64_encode(piece); };
  const auto size_of = [&](std::string_view piece) { return uses_q ? q_form(piece).size() : (piece.size() + 2) / 3 * 4; };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    for (std::size_t used = 0; end < text.size();) {
      const std::size_t next = end + character_size(text, end);
      used = uses_q ? used + size_of(text.substr(end, next - end)) : size_of(text.substr(at, next - at));
      if (used > room) { break; }
      end = next;
    }
    if (!out.empty()) { out += between; }
    out += uses_q ? word_begin_q : word_begin_b;
    out += encoded(text.substr(at, end - at));
    out += word_end;
    at = end;
  }
  return out;
}

std::string mailbox_text(std::string_view address) {
  const std::string_view local = local_part_of(address);
  bool is_dot_atom = !local.empty() && local.front() != '.' && local.back() != '.' && local.find("..") == std::string_view::npos;
  for (const char c : local) { is_dot_atom = is_dot_atom && (c == '.' || is_atom_character(c) || static_cast<unsigned char>(c) >= 0x80); }
  return (is_dot_atom ? std::string(local) : in_quotes(local)) + "@" + std::string(domain_of(address));
}

void HeaderWriter::begin(std::string_view name) {
  line_begin_ = out_.size();
  out_ += name;
  out_ += ':';
  is_first_ = true;
}

void HeaderWriter::word(std::string_view word, std::string_view before) {
  const bool fits = out_.size() - line_begin_ + before.size() + word.size() <= line_max;
  if (is_first_ || fits) {  // nothing but a name on the first line is legal, and refused by some
    out_ += before;
  } else {
    out_ += "\r\n";
    line_begin_ = out_.size();
    out_ += ' ';
  }
  is_first_ = false;
  out_ += word;
}

void HeaderWriter::end() { out_ += "\r\n"; }

void HeaderWriter::tokens(std::string_view name, std::string_view value) {
  begin(name);
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t end = std::min(value.find(' ', at), value.size());
    if (end > at) { word(value.substr(at, end - at)); }
    at = end + 1;
  }
  end();
}

void HeaderWriter::text(std::string_view name, std::string_view value) {
  tokens(name, is_plain_sentence(value) ? std::string(value) : encoded_words(value, " "));
}

void HeaderWriter::addresses(std::string_view name, std::span<const MailAddress> list) {
  begin(name);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string_view comma = i + 1 < list.size() ? "," : "";
    const std::string box = mailbox_text(list[i].address);
    if (list[i].name.empty()) {
      const bool is_quoted = box.front() == '"';  // not every reader knows where it ends without brackets
      word((is_quoted ? "<" + box + ">" : box) + std::string(comma));
      continue;
    }
    const std::string shown = phrase(list[i].name);
    for (std::size_t at = 0; at < shown.size();) {  // a quoted name is folded like any other: the reader joins it again
      const std::size_t end = std::min(shown.find(' ', at), shown.size());
      word(std::string_view(shown).substr(at, end - at));
      at = end + 1;
    }
    word("<" + box + ">" + std::string(comma));
  }
  end();
}

void HeaderWriter::ids(std::string_view name, std::span<const std::string> ids) {
  begin(name);
  for (const auto& id : ids) { word("<" + id + ">"); }
  end();
}

void HeaderWriter::content(std::string_view type, std::string_view disposition, std::string_view file_name) {
  const bool is_plain = is_plain_sentence(file_name) && file_name.size() <= plain_name_max;
  begin("Content-Type");
  word(std::string(type) + (file_name.empty() ? "" : ";"));
  if (!file_name.empty()) { word("name=" + (is_plain ? in_quotes(file_name) : "\"" + encoded_words(file_name, "\r\n ") + "\"")); }
  end();
  begin("Content-Disposition");
  word(std::string(disposition) + (file_name.empty() ? "" : ";"));
  if (!file_name.empty() && is_plain) { word("filename=" + in_quotes(file_name)); }
  if (!file_name.empty() && !is_plain) {
    const auto pieces = parameter_pieces(file_name);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const std::string number = pieces.size() == 1 ? "" : "*" + std::to_string(i);
      word("filename" + number + "*=" + pieces[i] + (i + 1 < pieces.size() ? ";" : ""));
    }
  }
  end();
}

}  // namespace parley::channels::email::sending
