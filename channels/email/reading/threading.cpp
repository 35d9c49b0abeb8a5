#include "channels/email/reading/threading.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr char token_version = 1;
constexpr std::size_t mac_size = 10;

constexpr std::size_t subject_code_size = 10;  // 50 bits; a subject token also needs a known sender
constexpr std::size_t candidates_max = 30;
constexpr std::string_view id_prefix = "p.";

void put_number(std::string& out, std::int64_t value) {
  auto rest = static_cast<std::uint64_t>(value);
  for (; rest >= 0x80; rest >>= 7) { out.push_back(static_cast<char>((rest & 0x7F) | 0x80)); }
  out.push_back(static_cast<char>(rest));
}

std::optional<std::int64_t> take_number(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 63 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) { return static_cast<std::int64_t>(value); }
  }
  return std::nullopt;
}

std::optional<std::string> base32_decode(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = c >= 'a' && c <= 'z' ? c - 'a' : c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
    if (value < 0) { return std::nullopt; }
    bits = (bits << 5 | static_cast<std::uint32_t>(value)) & 0xFFF;
    count += 5;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count & 0xFF));
    }
  }
  return out;
}

std::string mac_of(std::string_view key, char purpose, std::string_view body) {
  return hmac_sha256(key, "parley-mail:" + std::string(1, purpose) + ":" + std::string(body));
}

std::string subject_code(std::string_view key, std::string_view number) {
  return to_lower_ascii(base32_encode(mac_of(key, 's', number))).substr(0, subject_code_size);
}

struct SubjectToken {
  std::size_t begin{0}, end{0};
  TicketId ticket;
};

/// Only the first marks are looked at: each costs a MAC.
std::optional<SubjectToken> find_subject_token(ThreadingKeys keys, std::string_view subject) {
  constexpr int looks_max = 8;
  int looks = 0;
  for (auto at = subject.find("[#"); at != std::string_view::npos && looks < looks_max; at = subject.find("[#", at + 2)) {
    const auto close = subject.substr(0, std::min(subject.size(), at + 48)).find(']', at);
    if (close == std::string_view::npos) { continue; }
    const std::string_view inside = subject.substr(at + 2, close - at - 2);
    const auto dash = inside.find('-');
    if (dash == std::string_view::npos || dash == 0 || dash > 18 || inside.size() - dash - 1 != subject_code_size) { continue; }
    const std::string_view number = inside.substr(0, dash);
    if (!std::all_of(number.begin(), number.end(), is_digit) || number.front() == '0') { continue; }
    ++looks;
    const std::string code = to_lower_ascii(inside.substr(dash + 1));
    for (const auto& key : keys) {
      if (equal_in_constant_time(subject_code(key, number), code)) { return SubjectToken{at, close + 1, TicketId{std::stoll(std::string(number))}}; }
    }
  }
  return std::nullopt;
}

std::optional<ThreadToken> token_of_address(ThreadingKeys keys, TokenPurpose purpose, std::string_view address) {
  const std::string_view local = local_part_of(address);
  const auto plus = local.rfind('+');
  if (plus == std::string_view::npos || local.size() == address.size() || address.size() > 320) { return std::nullopt; }
  return read_token(keys, purpose, local.substr(plus + 1));
}

class Collector {
 public:
  explicit Collector(ThreadingKeys keys) : keys_(keys) {}

  void add_address(std::string_view address) {
    auto token = read_reply_address(keys_, address);
    if (!token) { token = read_envelope_address(keys_, address); }
    if (token) { add({ThreadSource::reply_address, ThreadProof::signed_by_us, token->ticket, token->message, {}}); }
  }
  void add_id(ThreadSource source, const std::string& id) {
    if (id.empty() || id.size() > 998) { return; }
    if (const auto token = read_message_id(keys_, id)) {
      add({source, ThreadProof::signed_by_us, token->ticket, token->message, id});
    } else {
      add({source, ThreadProof::stored_id, {}, {}, id});
    }
  }
  void add_subject(std::string_view subject) {
    if (const auto ticket = read_subject_token(keys_, subject)) { add({ThreadSource::subject, ThreadProof::signed_by_us, *ticket, {}, {}}); }
  }
  std::vector<ThreadCandidate> take() { return std::move(out_); }
  bool is_full() const { return out_.size() >= candidates_max; }

 private:
  void add(ThreadCandidate candidate) {
    const auto is_same = [&](const ThreadCandidate& other) {
      return candidate.proof == other.proof && candidate.ticket == other.ticket && candidate.message == other.message &&
             (candidate.proof == ThreadProof::signed_by_us || candidate.message_id == other.message_id);
    };
    if (is_full() || std::any_of(out_.begin(), out_.end(), is_same)) { return; }
    out_.push_back(std::move(candidate));
  }

  ThreadingKeys keys_;
  std::vector<ThreadCandidate> out_;
};

const KnownTicket* find_ticket(std::span<const KnownTicket> tickets, TicketId id) {
  // Follows merges a few steps; a circle ends the walk.
  for (int step = 0; step < 8; ++step) {
    const auto found = std::find_if(tickets.begin(), tickets.end(), [&](const KnownTicket& ticket) { return ticket.ticket == id; });
    if (found == tickets.end()) { return nullptr; }
    if (!found->merged_into) { return &*found; }
    id = found->merged_into;
  }
  return nullptr;
}

bool is_participant(const Mail& mail, const KnownTicket& ticket) {
  if (mail.from.size() != 1) { return false; }  // of several authors any could be invented
  const std::string key = address_key(mail.from.front().address);  // Reply-To and Sender are his to invent
  return !key.empty() && std::any_of(ticket.participants.begin(), ticket.participants.end(), [&](const std::string& known) { return address_key(known) == key; });
}

/// White space differs between copies that went through different servers.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') { out.push_back(c); }
  }
  return out;
}

}  // namespace

std::string make_token(ThreadingKeys keys, TokenPurpose purpose, ThreadToken token) {
  if (keys.empty()) { return {}; }
  std::string body(1, token_version);
  put_number(body, token.ticket.value);
  put_number(body, token.message.value);
  body += mac_of(keys.front(), static_cast<char>(purpose), body).substr(0, mac_size);
  return to_lower_ascii(base32_encode(body));
}

std::optional<ThreadToken> read_token(ThreadingKeys keys, TokenPurpose purpose, std::string_view text) {
  constexpr std::size_t bytes_min = 3 + mac_size;
  if (text.size() > 64) { return std::nullopt; }
  const auto bytes = base32_decode(text);
  // One token has one spelling (but for case): what does not encode back to itself was tampered with.
  if (!bytes || bytes->size() < bytes_min || bytes->front() != token_version || to_lower_ascii(base32_encode(*bytes)) != to_lower_ascii(text)) { return std::nullopt; }
  const std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - mac_size);
  const std::string_view mac = std::string_view(*bytes).substr(body.size());
  const bool is_ours = std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return equal_in_constant_time(mac_of(key, static_cast<char>(purpose), body).substr(0, mac_size), mac);
  });
  if (!is_ours) { return std::nullopt; }
  std::string_view rest = body.substr(1);
  const auto ticket = take_number(rest), message = take_number(rest);
  if (!ticket || !message || !rest.empty()) { return std::nullopt; }
  return ThreadToken{TicketId{*ticket}, MessageId{*message}};
}

std::string make_message_id(ThreadingKeys keys, ThreadToken token, std::string_view domain) {
  return std::string(id_prefix) + make_token(keys, TokenPurpose::message_id, token) + "@" + std::string(domain);
}

std::optional<ThreadToken> read_message_id(ThreadingKeys keys, std::string_view message_id) {
  message_id = trim_blank(message_id);
  if (message_id.starts_with('<') && message_id.ends_with('>')) { message_id = message_id.substr(1, message_id.size() - 2); }
  const std::string_view local = message_id.substr(0, std::min(message_id.find('@'), message_id.size()));  // the domain may have changed since
  if (local.size() == message_id.size() || !starts_with_ignore_case(local, id_prefix)) { return std::nullopt; }
  return read_token(keys, TokenPurpose::message_id, local.substr(id_prefix.size()));
}

std::string make_reply_address(ThreadingKeys keys, ThreadToken token, std::string_view own_address) {
  return with_extension(own_address, make_token(keys, TokenPurpose::reply_address, token));
}

std::optional<ThreadToken> read_reply_address(ThreadingKeys keys, std::string_view address) { return token_of_address(keys, TokenPurpose::reply_address, address); }

std::string make_envelope_address(ThreadingKeys keys, ThreadToken token, std::string_view own_address) {
  return with_extension(own_address, make_token(keys, TokenPurpose::envelope_sender, token));
}

std::optional<ThreadToken> read_envelope_address(ThreadingKeys keys, std::string_view address) { return token_of_address(keys, TokenPurpose::envelope_sender, address); }

std::string make_subject_token(ThreadingKeys keys, TicketId ticket) {
  if (keys.empty()) { return {}; }
  const std::string number = std::to_string(ticket.value);
  return "[#" + number + "-" + subject_code(keys.front(), number) + "]";
}

std::optional<TicketId> read_subject_token(ThreadingKeys keys, std::string_view subject) {
  const auto found = find_subject_token(keys, subject);
  return found ? std::optional(found->ticket) : std::nullopt;
}

std::string without_subject_token(ThreadingKeys keys, std::string_view subject) {
  std::string out(subject);
  for (int i = 0; i < 4; ++i) {
    const auto found = find_subject_token(keys, out);
    if (!found) { break; }
    out = std::string(trim_blank(std::string_view(out).substr(0, found->begin))) + " " + std::string(trim_blank(std::string_view(out).substr(found->end)));
  }
  return std::string(trim_blank(out));
}

std::vector<ThreadCandidate> candidates(const Mail& mail, ThreadingKeys keys, std::span<const std::string> recipients) {
  constexpr std::size_t addresses_max = 200;
  Collector collector(keys);
  std::size_t looked = 0;
  for (const auto& address : recipients.first(std::min<std::size_t>(recipients.size(), 100))) { collector.add_address(address); }
  for (const auto* list : {&mail.to, &mail.cc, &mail.bcc}) {
    for (const auto& entry : *list) {
      if (++looked <= addresses_max) { collector.add_address(entry.address); }
    }
  }
  for (const auto name : {"Delivered-To"sv, "X-Original-To"sv, "Envelope-To"sv, "X-Envelope-To"sv, "X-Forwarded-To"sv, "Apparently-To"sv}) {
    for (const auto value : header_values(mail, name)) {
      for (const auto& entry : parse_addresses(first_bytes(value, 2000), 20)) {
        if (++looked <= addresses_max) { collector.add_address(entry.address); }
      }
    }
  }
  collector.add_id(ThreadSource::in_reply_to, mail.in_reply_to);
  for (std::size_t i = mail.references.size(); i > 0 && !collector.is_full(); --i) { collector.add_id(ThreadSource::references, mail.references[i - 1]); }
  collector.add_subject(mail.subject);
  return collector.take();
}

ThreadDecision decide_thread(const Mail& mail, std::span<const ThreadCandidate> found, std::span<const KnownTicket> tickets, bool authentication_failed) {
  ThreadDecision related;
  bool has_ticket = false;
  for (const auto& candidate : found) {
    if (!candidate.ticket) { continue; }
    const KnownTicket* const ticket = find_ticket(tickets, candidate.ticket);
    if (ticket == nullptr) { continue; }
    const bool is_known = is_participant(mail, *ticket);
    if (is_known && !authentication_failed) { return {ThreadOutcome::join, ticket->ticket, candidate.message, "participant"}; }
    if (!has_ticket) { related = {ThreadOutcome::related, ticket->ticket, candidate.message, is_known ? "authentication_failed" : "stranger"}; }
    has_ticket = true;
  }
  if (has_ticket) { return related; }
  return {ThreadOutcome::open_new, {}, {}, found.empty() ? "no_candidate" : "unknown_ticket"};
}

bool is_told_apart_by_day(const Mail& mail) { return mail.message_id.empty() && !mail.date; }

std::string duplicate_key(const Mail& mail, std::int64_t day) {
  const auto part = [](std::string_view text) { return std::to_string(text.size()) + ":" + std::string(text); };
  const std::string from = mail.from.empty() ? std::string() : to_lower_ascii(mail.from.front().address);
  std::string all = part(mail.message_id) + part(from) + part(mail.date ? std::to_string(to_ms(*mail.date)) : std::string());
  all += part(sha256(squeezed(mail.text)));  // robots write different mails under one id
  if (mail.message_id.empty()) {
    all += part(squeezed(mail.subject)) + part(mail.text.empty() ? sha256(squeezed(mail.html)) : std::string());
    for (const auto& file : mail.parts) { all += part(file.name) + part(std::to_string(file.bytes.size())); }
    if (is_told_apart_by_day(mail)) { all += part(std::to_string(day)); }
  }
  return hex_encode(sha256(all));
}

}  // namespace parley::channels::email
