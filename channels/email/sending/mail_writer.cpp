// Written here and not with GMime: a message we make has seven shapes at most, GMime copies a 10 MB attachment through three streams and
// picks charsets and folds by itself (figures in README.md).
#include "channels/email/sending/mail_writer.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/mail_date.h"
#include "channels/email/reading/address.h"
#include "channels/email/sending/impl/header_writer.h"
#include "channels/email/sending/impl/mail_check.h"
#include "channels/email/sending/impl/transfer_encoding.h"

namespace parley::channels::email {
using namespace sending;

namespace {

constexpr std::size_t raw_line_max = 998;  // RFC 5322 2.1.1

/// Without what no header can carry and without repetitions, the answered one last; when too long the first, which names the
/// conversation, and the newest.
std::vector<std::string> bounded_references(const OutgoingMail& mail) {
  std::vector<std::string> ids;
  const auto add = [&](const std::string& id) {
    if (is_sound_id(id) && std::find(ids.begin(), ids.end(), id) == ids.end()) { ids.push_back(id); }
  };
  for (const auto& id : mail.references) {
    if (id != mail.in_reply_to) { add(id); }
  }
  add(mail.in_reply_to);
  if (ids.empty()) { return ids; }
  std::size_t bytes = ids.front().size(), keep = ids.size();
  while (keep > 1 && bytes + ids[keep - 1].size() <= MailBounds::references_bytes_max) { bytes += ids[--keep].size(); }
  keep = std::min(keep, ids.size() - (ids.size() > 1 ? 1 : 0));  // the newest goes along however long it is
  if (keep > 1) { ids.erase(ids.begin() + 1, ids.begin() + static_cast<std::ptrdiff_t>(keep)); }
  return ids;
}

MailAddress for_header(const MailAddress& address) { return {std::string(trim(address.name)), normalise_address(address.address)}; }

/// Message parts may not be encoded (RFC 2046 5.2): as they are, or as a file.
bool can_travel_as_is(std::string_view bytes) {
  if (!is_ascii(bytes) || bytes.find('\0') != std::string_view::npos) { return false; }
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = bytes.find("\r\n", at);
    const std::string_view line = bytes.substr(at, std::min(end, bytes.size()) - at);
    if (line.size() > raw_line_max || line.find_first_of("\r\n") != std::string_view::npos) { return false; }
    if (end == std::string_view::npos) { break; }
    at = end + 2;
  }
  return true;
}

class MailWriter {
 public:
  explicit MailWriter(const OutgoingMail& mail) : mail_(mail), header_(out_) {}

  WrittenMail write() {
    for (const auto& part : mail_.parts) {
      const bool belongs_to_html = part.is_inline && !part.content_id.empty() && !mail_.html.empty();
      (belongs_to_html ? pictures_ : attachments_).push_back(&part);
    }
    reserve();
    write_header();
    write_mixed();
    if (!out_.ends_with("\r\n")) { out_ += "\r\n"; }
    return {std::move(out_), needs_smtputf8_};
  }

 private:
  void reserve() {
    std::size_t size = 8'192 + (mail_.text.size() + mail_.html.size()) * 3 / 2;
    for (const auto& part : mail_.parts) { size += 1'024 + part.bytes.size() / 57 * 78; }
    out_.reserve(size);
  }

  void addresses(std::string_view name, const std::vector<MailAddress>& list) {
    std::vector<MailAddress> all;
    for (const auto& address : list) {
      all.push_back(for_header(address));
      needs_smtputf8_ = needs_smtputf8_ || !is_ascii(all.back().address);
    }
    if (!all.empty()) { header_.addresses(name, all); }
  }

  void write_header() {
    header_.tokens("Date", mail_date(mail_.date));
    addresses("From", {mail_.from});
    if (mail_.reply_to) { addresses("Reply-To", {*mail_.reply_to}); }
    addresses("To", mail_.to);
    if (mail_.to.empty() && mail_.cc.empty()) { header_.tokens("To", "undisclosed-recipients:;"); }  // everybody is in bcc
    addresses("Cc", mail_.cc);
    header_.text("Subject", mail_.subject);
    header_.ids("Message-ID", std::array{mail_.message_id});
    if (is_sound_id(mail_.in_reply_to)) { header_.ids("In-Reply-To", std::array{mail_.in_reply_to}); }
    if (const auto ids = bounded_references(mail_); !ids.empty()) { header_.ids("References", ids); }
    if (mail_.is_automatic) {
      header_.tokens("Auto-Submitted", "auto-replied");
      header_.tokens("X-Auto-Response-Suppress", "All");
      header_.tokens("Precedence", "auto_reply");  // old robots know it; "bulk" would file an answer to one person under advertising
    }
    if (!mail_.list_unsubscribe.empty()) {
      header_.tokens("List-Unsubscribe", "<" + mail_.list_unsubscribe + ">");
      if (starts_with_ignore_case(mail_.list_unsubscribe, "https:")) { header_.tokens("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"); }
    }
    for (const auto& [name, value] : mail_.extra_headers) { header_.text(name, value); }
    header_.tokens("MIME-Version", "1.0");
  }

  /// The "=_" stands in no text we send (see shortest_encoding); messages that are passed on as they are have to be searched.
  std::string new_boundary() {
    for (;;) {
      std::string boundary = "=_" + hex_encode(sha256(mail_.message_id + "/" + std::to_string(++boundaries_)).substr(0, 12));
      const auto holds_it = [&](const OutgoingPart& part) { return is_message(part) && part.bytes.find(boundary) != std::string::npos; };
      if (std::none_of(mail_.parts.begin(), mail_.parts.end(), holds_it)) { return boundary; }
    }
  }
  std::string begin_multipart(std::string_view subtype, std::string_view parameters = {}) {
    const std::string boundary = new_boundary();
    header_.tokens("Content-Type", "multipart/" + std::string(subtype) + ";" + std::string(parameters) + " boundary=\"" + boundary + "\"");
    return boundary;
  }
  void next_part(const std::string& boundary) { out_ += "\r\n--" + boundary + "\r\n"; }
  void end_multipart(const std::string& boundary) { out_ += "\r\n--" + boundary + "--\r\n"; }

  void write_mixed() {
    if (attachments_.empty()) { return write_related(); }
    const std::string boundary = begin_multipart("mixed");
    next_part(boundary);
    write_related();
    for (const auto* part : attachments_) {
      next_part(boundary);
      write_part(*part);
    }
    end_multipart(boundary);
  }

  void write_related() {
    if (pictures_.empty()) { return write_alternative(); }
    const std::string boundary = begin_multipart("related", mail_.text.empty() ? " type=\"text/html\";" : " type=\"multipart/alternative\";");
    next_part(boundary);
    write_alternative();
    for (const auto* part : pictures_) {
      next_part(boundary);
      write_part(*part);
    }
    end_multipart(boundary);
  }

  void write_alternative() {
    if (mail_.html.empty()) { return write_text("text/plain", mail_.text); }
    if (mail_.text.empty()) { return write_text("text/html", mail_.html); }
    const std::string boundary = begin_multipart("alternative");
    next_part(boundary);
    write_text("text/plain", mail_.text);
    next_part(boundary);
    write_text("text/html", mail_.html);
    end_multipart(boundary);
  }

  void write_text(std::string_view type, std::string_view text) {
    const std::string lines = with_crlf(text);
    const auto encoding = shortest_encoding(lines);
    header_.tokens("Content-Type", std::string(type) + "; charset=utf-8");
    write_body(lines, encoding);
  }

  static bool is_message(const OutgoingPart& part) { return to_lower_ascii(part.content_type) == "message/rfc822"; }

  void write_part(const OutgoingPart& part) {
    const std::string lower = to_lower_ascii(part.content_type);
    const bool goes_as_is = is_message(part) && can_travel_as_is(part.bytes);
    const bool may_be_base64 = is_media_type(lower) && !lower.starts_with("message/") && !lower.starts_with("multipart/");
    header_.content(goes_as_is || may_be_base64 ? lower : "application/octet-stream", part.is_inline ? "inline" : "attachment", part.name);
    if (!part.content_id.empty()) { header_.ids("Content-ID", std::array{part.content_id}); }
    write_body(part.bytes, goes_as_is ? TransferEncoding::seven_bit : TransferEncoding::base64);
  }

  void write_body(std::string_view bytes, TransferEncoding encoding) {
    header_.tokens("Content-Transfer-Encoding", name_of(encoding));
    out_ += "\r\n";
    append_encoded(out_, bytes, encoding);
  }

  const OutgoingMail& mail_;
  std::string out_;
  HeaderWriter header_;
  std::vector<const OutgoingPart*> pictures_, attachments_;
  std::size_t boundaries_{0};
  bool needs_smtputf8_{false};
};

}  // namespace

Result<WrittenMail> write_mail(const OutgoingMail& mail) {
  PARLEY_CHECK(check_mail(mail));
  return MailWriter(mail).write();
}

}  // namespace parley::channels::email
