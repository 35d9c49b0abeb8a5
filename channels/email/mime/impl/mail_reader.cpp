#include "channels/email/mime/impl/mail_reader.h"

#include <algorithm>

#include "base/text.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/mime/html_to_text.h"
#include "channels/email/mime/impl/body_text.h"
#include "channels/email/mime/impl/charset.h"
#include "channels/email/mime/impl/header_text.h"
#include "channels/email/mime/impl/signed_content.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email::mime {
namespace {

constexpr std::size_t smime_depth_max = 3;  // a signature around a signature around ...

bool is_type(const Entity& entity, std::string_view type) { return entity.fields.type == type; }
bool has_prefix(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }
bool is_html(const Entity& entity) { return is_type(entity, "text/html") || is_type(entity, "application/xhtml+xml"); }
bool is_plain(const Entity& entity) {
  return is_type(entity, "text/plain") || is_type(entity, "text/markdown") || is_type(entity, "text/x-markdown");
}

bool holds(const Entity& entity, bool (*wanted)(const Entity&)) {
  return wanted(entity) || std::any_of(entity.children.begin(), entity.children.end(), [&](const Entity& child) { return holds(child, wanted); });
}

/// Charset a meta tag of the HTML names, by eye: the sanitiser's parser wants UTF-8 already.
std::string_view meta_charset(std::string_view html) {
  const std::string_view head = html.substr(0, 2'048);
  const auto at = find_ignore_case(head, "charset=");
  if (at == std::string_view::npos) { return {}; }
  const auto begin = head.find_first_not_of("\"' ", at + 8);
  return begin == std::string_view::npos ? std::string_view{} : head.substr(begin, head.find_first_of("\"' />;", begin) - begin);
}

const Entity* first_text(const Entity& entity) {
  if (is_plain(entity) || is_html(entity)) { return &entity; }
  for (const auto& child : entity.children) {
    if (const Entity* const found = first_text(child)) { return found; }
  }
  return nullptr;
}

std::string eml_name(std::string_view subject) {
  std::string name(subject);
  for (char& c : name) {
    if (std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos) { c = '_'; }
  }
  return safe_file_name((name.empty() ? std::string("message") : name) + ".eml");
}

}  // namespace

Mail MailReader::read(std::string_view raw) {
  std::string with_feeds;
  if (raw.find('\n') == std::string_view::npos && raw.find('\r') != std::string_view::npos) {  // lines of an old Mac
    with_feeds = raw;
    std::replace(with_feeds.begin(), with_feeds.end(), '\r', '\n');
    raw = with_feeds;
  }
  if (trim(raw).empty()) { problems_.add("empty"); }
  const Entity top = read_tree(raw, limits_, problems_);
  if (const Entity* const text = first_text(top)) { hint_ = text->fields.charset; }
  read_header_list(top);
  read_envelope(top);
  write_text(collect(top, Place::mixed));
  mail_.problems = problems_.take();
  return std::move(mail_);
}

std::string MailReader::header_text(std::string_view raw) {
  bool is_clean = true;
  std::string text = decode_header_text(raw, hint_, is_clean);
  if (!is_clean) { problems_.add("bad_charset"); }
  return text;
}

void MailReader::read_header_list(const Entity& top) {
  mail_.headers.reserve(top.headers.size());
  for (const auto& header : top.headers) { mail_.headers.emplace_back(std::string(header.name), header_text(header.value)); }
}

void MailReader::read_envelope(const Entity& top) {
  const auto addresses = [&](std::string_view name) {
    bool is_clean = true;
    std::vector<MailAddress> all;
    for (const auto& header : top.headers) {  // To and Cc are sometimes repeated instead of listed
      if (!equal_ignore_case(header.name, name) || all.size() >= limits_.addresses_max) { continue; }
      auto some = read_addresses(header.value, hint_, limits_.addresses_max - all.size(), is_clean);
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    if (!is_clean) { problems_.add("bad_header"); }
    return all;
  };
  mail_.from = addresses("from");
  mail_.reply_to = addresses("reply-to");
  mail_.to = addresses("to");
  mail_.cc = addresses("cc");
  mail_.bcc = addresses("bcc");
  if (auto sender = addresses("sender"); !sender.empty()) { mail_.sender = std::move(sender.front()); }
  if (const auto path = trim(top.header("return-path")); !path.empty()) {
    auto addresses_of_path = path == "<>" ? std::vector<MailAddress>{} : addresses("return-path");
    mail_.return_path = addresses_of_path.empty() ? MailAddress{} : std::move(addresses_of_path.front());
  }
  mail_.subject = header_text(top.header("subject"));
  const auto one_id = [&](std::string_view name) {
    auto ids = read_message_ids(top.header(name), 1);
    return ids.empty() ? std::string() : std::move(ids.front());
  };
  mail_.message_id = one_id("message-id");
  mail_.in_reply_to = one_id("in-reply-to");
  mail_.references = read_message_ids(top.header("references"), limits_.references_max);
  if (const auto date = top.header("date"); !trim(date).empty()) {
    mail_.date = read_date(date);
    if (!mail_.date) { problems_.add("bad_date"); }
  }
}

std::string MailReader::decode(const Entity& entity) {
  std::string bytes = decode_body(entity, decoded_left_, problems_);
  decoded_left_ -= bytes.size();
  return bytes;
}

std::vector<MailReader::Piece> MailReader::collect(const Entity& entity, Place place) {
  if (is_type(entity, "multipart/encrypted")) {
    keep_encrypted(entity);
    return {};
  }
  if (is_type(entity, "application/pkcs7-mime") || is_type(entity, "application/x-pkcs7-mime")) { return collect_smime(entity); }
  if (!entity.is_taken_apart) { return collect_leaf(entity, place); }
  if (is_type(entity, "multipart/alternative")) { return collect_alternative(entity); }
  if (is_type(entity, "multipart/related")) { return collect_related(entity); }
  if (is_type(entity, "multipart/signed")) { mail_.is_signed = true; }
  std::vector<Piece> pieces;
  for (const auto& child : entity.children) {
    auto some = collect(child, place == Place::related ? Place::related : Place::mixed);
    std::move(some.begin(), some.end(), std::back_inserter(pieces));
  }
  return pieces;
}

/// Text that is read, not downloaded: no attachment, and named only when nothing was read before it.
bool MailReader::is_body(const Entity& entity) const {
  if (!is_plain(entity) && !is_html(entity)) { return false; }
  return entity.fields.disposition != "attachment" && (entity.fields.name.empty() || !has_body_);
}

std::vector<MailReader::Piece> MailReader::collect_leaf(const Entity& entity, Place place) {
  if (!is_body(entity)) {
    keep_part(entity, place);
    return {};
  }
  Piece piece = read_text(entity);
  if (!trim(piece.plain).empty() || !trim(piece.html).empty()) { has_body_ = true; }
  std::vector<Piece> pieces;
  pieces.push_back(std::move(piece));
  return pieces;
}

/// One piece with the plain reading and the richest HTML reading; every other reading (calendar, AMP) is kept as a part.
std::vector<MailReader::Piece> MailReader::collect_alternative(const Entity& entity) {
  std::vector<Piece> plain_only;
  Piece rich;
  bool has_rich = false;
  const bool had_body = has_body_;
  for (const auto& child : entity.children) {
    has_body_ = had_body;  // readings of one text do not follow each other
    for (auto& piece : collect(child, Place::alternative)) {
      if (piece.html.empty()) {
        plain_only.push_back(std::move(piece));
        continue;
      }
      has_rich = true;
      if (!rich.html.empty()) { rich.html += "<br>"; }
      rich.html += piece.html;
      rich.plain += piece.plain;
    }
  }
  if (has_rich || !plain_only.empty()) { has_body_ = true; }
  if (!has_rich) { return plain_only; }
  std::string plain;
  for (const auto& piece : plain_only) {
    if (!plain.empty()) { plain += '\n'; }
    plain += piece.plain;
  }
  if (!trim(plain).empty()) { rich.plain = std::move(plain); }
  std::vector<Piece> pieces;
  pieces.push_back(std::move(rich));
  return pieces;
}

std::vector<MailReader::Piece> MailReader::collect_related(const Entity& entity) {
  std::string_view start = entity.fields.start;
  if (has_prefix(start, "<") && start.back() == '>') { start = start.substr(1, start.size() - 2); }
  const auto is_root = [&](const Entity& child) { return !start.empty() && child.fields.content_id == start; };
  const auto is_readable = [](const Entity& child) { return holds(child, is_html) || holds(child, is_plain); };
  auto root = std::find_if(entity.children.begin(), entity.children.end(), is_root);
  if (root == entity.children.end()) { root = std::find_if(entity.children.begin(), entity.children.end(), is_readable); }  // pictures before their text happen
  std::vector<Piece> pieces;
  if (root != entity.children.end()) { pieces = collect(*root, Place::related); }
  for (auto child = entity.children.begin(); child != entity.children.end(); ++child) {
    if (child == root) { continue; }
    auto some = collect(*child, Place::related);
    std::move(some.begin(), some.end(), std::back_inserter(pieces));
  }
  return pieces;
}

/// The opaque form stays as a part; what it signed is read as if it stood there.
std::vector<MailReader::Piece> MailReader::collect_smime(const Entity& entity) {
  keep_part(entity, Place::mixed);
  mail_.parts.back().is_inline = false;
  const auto content = smime_depth_ < smime_depth_max ? read_smime(mail_.parts.back().bytes) : std::nullopt;
  const std::string& said = entity.fields.smime_type;
  mail_.is_encrypted = mail_.is_encrypted || (content ? content->is_encrypted : has_prefix(said, "enveloped") || has_prefix(said, "authenveloped"));
  mail_.is_signed = mail_.is_signed || (content ? content->inside.has_value() : has_prefix(said, "signed"));
  if (!content || !content->inside) { return {}; }
  ++smime_depth_;
  const std::string inside = *content->inside;
  auto pieces = collect(read_tree(inside, limits_, problems_), Place::mixed);
  --smime_depth_;
  return pieces;
}

void MailReader::keep_encrypted(const Entity& entity) {
  mail_.is_encrypted = true;
  MailPart part;
  part.content_type = "message/rfc822";  // with its headers, so that any mail program with the key can open it
  part.name = "encrypted.eml";
  part.bytes = std::string(entity.whole.substr(0, decoded_left_));
  if (part.bytes.size() < entity.whole.size()) { problems_.add("truncated"); }
  decoded_left_ -= part.bytes.size();
  mail_.parts.push_back(std::move(part));
}

MailReader::Piece MailReader::read_text(const Entity& entity) {
  const std::string bytes = decode(entity);
  const bool rich = is_html(entity);
  Decoded decoded = decode_text(bytes, entity.fields.charset, rich ? meta_charset(bytes) : std::string_view{});
  if (!decoded.was_declared) { problems_.add("bad_charset"); }
  Piece piece;
  if (rich) {
    if (decoded.text.size() > limits_.html_max) {
      problems_.add("html_too_long");
      keep_original(entity, "message.html");
      decoded.text.resize(first_bytes(decoded.text, limits_.html_max).size());
    }
    piece.html = std::move(decoded.text);
    return piece;
  }
  piece.plain = entity.fields.is_flowed ? unflow(decoded.text, entity.fields.deletes_space) : std::move(decoded.text);
  mail_.is_signed = mail_.is_signed || has_prefix(piece.plain, "-----BEGIN PGP SIGNED MESSAGE-----");
  mail_.is_encrypted = mail_.is_encrypted || has_prefix(piece.plain, "-----BEGIN PGP MESSAGE-----");
  if (piece.plain.size() > limits_.text_max) {
    problems_.add("text_too_long");
    keep_original(entity, "message.txt");
  }
  return piece;
}

void MailReader::keep_original(const Entity& entity, std::string_view name) {
  keep_part(entity, Place::mixed);
  if (mail_.parts.back().name.empty()) { mail_.parts.back().name = name; }
}

void MailReader::keep_part(const Entity& entity, Place place) {
  MailPart part;
  part.content_type = entity.fields.type;
  part.name = entity.fields.name;
  part.content_id = entity.fields.content_id;
  const bool is_reading = place == Place::alternative && !is_type(entity, "text/calendar");
  part.is_inline = entity.fields.disposition == "inline" || (is_reading && entity.fields.disposition != "attachment");
  part.bytes = decode(entity);
  if (part.name.empty() && (is_type(entity, "message/rfc822") || is_type(entity, "message/global"))) {
    Problems ignored;
    ParseLimits shallow = limits_;
    shallow.depth_max = 0;
    const Entity inner = read_tree(std::string_view(part.bytes).substr(0, 65'536), shallow, ignored);
    bool is_clean = true;
    part.name = eml_name(decode_header_text(inner.header("subject"), {}, is_clean));
  }
  mail_.parts.push_back(std::move(part));
}

void MailReader::write_text(std::vector<Piece> pieces) {
  const bool has_html = std::any_of(pieces.begin(), pieces.end(), [](const Piece& piece) { return !trim(piece.html).empty(); });
  for (auto& piece : pieces) {
    if (trim(piece.plain).empty() && !piece.html.empty()) { piece.plain = html_to_text(piece.html); }
    const std::string plain = tidy_text(piece.plain);
    if (plain.empty()) { continue; }
    if (!mail_.text.empty()) { mail_.text += "\n\n"; }
    mail_.text += plain;
  }
  if (mail_.text.size() > limits_.text_max) {
    problems_.add("text_too_long");
    mail_.text.resize(first_bytes(mail_.text, limits_.text_max).size());
  }
  std::unordered_set<std::string> none;
  if (has_html) {
    write_html(pieces);
  } else {
    mark_inline(none);
  }
}

void MailReader::write_html(const std::vector<Piece>& pieces) {
  std::unordered_set<std::string> used_ids;
  std::size_t left = limits_.html_max;
  for (const auto& piece : pieces) {
    if (trim(piece.html).empty() && trim(piece.plain).empty()) { continue; }
    if (!mail_.html.empty()) { mail_.html += "<br>"; }
    if (trim(piece.html).empty()) {
      mail_.html += "<div>" + html_of_text(tidy_text(piece.plain)) + "</div>";
      continue;
    }
    HtmlLimits limits;
    limits.input_max = left;
    SafeHtml safe = sanitize_html(piece.html, limits);
    left -= std::min(left, piece.html.size());
    if (safe.is_reduced) { problems_.add("html_reduced"); }
    used_ids.insert(safe.content_ids.begin(), safe.content_ids.end());
    mail_.html += safe.html;
    mail_.sets_colors = mail_.sets_colors || safe.sets_colors;
  }
  mark_inline(used_ids);
}

void MailReader::mark_inline(const std::unordered_set<std::string>& used_ids) {
  for (auto& part : mail_.parts) {
    if (!part.content_id.empty() && used_ids.count(part.content_id) != 0) { part.is_inline = true; }
  }
}

}  // namespace parley::channels::email::mime
