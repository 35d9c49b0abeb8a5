#include "channels/email/reading/address.h"

#include <array>

#include "base/text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t address_size_max = 320;  // VERP and SRS senders exceed the 64 of RFC 5321 for the local part
constexpr std::size_t name_size_max = 300;

// --- one item of a list ------------------------------------------------------------------------------------------------------------

struct Item {
  std::string name;     // quotes and escapes removed
  std::string bracket;  // inside < >
  std::string comment;  // inside ( ), the old way to write a name
  std::size_t begin{0};
  bool has_bracket{false}, has_at{false}, was_quoted{false};
};

bool is_clean_local(std::string_view local) {
  for (const char c : local) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F || c == '<' || c == '>' || c == '(' || c == ')' || c == ',' || c == ';' || c == ':' || c == '"') { return false; }
  }
  return !local.empty();
}

std::string tidy_name(std::string_view name) {
  std::string line = clean_line(trim_blank(name));
  while (line.size() >= 2 && (line.front() == '\'' || line.front() == '"') && line.back() == line.front()) { line = line.substr(1, line.size() - 2); }
  return std::string(first_bytes(line, name_size_max));
}

/// The last word with an '@' of an unbracketed item is the address, the other words are the name.
void split_words(const Item& item, MailAddress& out) {
  std::string name;
  const std::string_view text = item.name;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \t\r\n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    std::string address = word.find('@') == std::string_view::npos ? std::string() : normalise_address(word);
    if (!address.empty() && out.address.empty()) {
      out.address = std::move(address);
    } else if (!word.empty()) {
      if (!name.empty()) { name += ' '; }
      name += word;
    }
    at = end + 1;
  }
  out.name = tidy_name(name.empty() ? std::string_view(item.comment) : std::string_view(name));
}

MailAddress address_of(const Item& item) {
  MailAddress out;
  if (item.has_bracket) {
    std::string_view inside = trim_blank(item.bracket);
    if (inside.starts_with('@')) { inside = inside.substr(std::min(inside.find(':') + 1, inside.size())); }  // a route: <@a,@b:me@c>
    out.address = normalise_address(inside);
    if (out.address.empty() && item.name.find('@') != std::string::npos) {
      split_words(item, out);
    } else {
      out.name = tidy_name(trim_blank(item.name).empty() ? std::string_view(item.comment) : std::string_view(item.name));
    }
    return out;
  }
  if (item.has_at) {
    split_words(item, out);
  } else {
    out.name = tidy_name(item.name);
  }
  return out;
}

// --- the list ----------------------------------------------------------------------------------------------------------------------

/// One walk over the text. What never closes (quote, comment, bracket, group) is remembered, so each is looked for only once in vain.
class ListReader {
 public:
  ListReader(std::string_view text, std::size_t max) : text_(text), max_(max) {}

  bool is_clean() const { return is_clean_; }
  std::vector<MailAddress> read() {
    while (at_ < text_.size() && out_.size() < max_) { step(); }
    finish_item();
    flush_pending();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_];
    const bool starts_word = item_.name.empty() || item_.name.back() == ' ';
    if (c == '"' && starts_word && quotes_close_ && read_quoted()) { return; }  // not the inches of: 5" pipe <a@b>
    if (c == '(' && comments_close_ && read_comment()) { return; }
    if (c == '<') { return read_bracket(); }
    if (const std::size_t width = separator_width(); width > 0) {
      finish_item();
      if (c == ';' && in_group_) { finish_group(); }
      at_ += width;
      item_.begin = at_;
      return;
    }
    if (c == ':' && equal_ignore_case(trim_blank(item_.name), "mailto")) {
      item_.name.clear(), ++at_;
      return;
    }
    if (c == ':' && starts_group()) { return begin_group(); }
    if (c == '@') { item_.has_at = true; }
    if (c != '>') { item_.name += c; }
    ++at_;
  }

  std::size_t separator_width() const {
    if (text_[at_] == ',' || text_[at_] == ';' || text_[at_] == '\n') { return 1; }
    for (const auto wide : {"\xEF\xBC\x8C"sv, "\xEF\xBC\x9B"sv, "\xE3\x80\x81"sv}) {  // ， ； 、
      if (text_.substr(at_).starts_with(wide)) { return wide.size(); }
    }
    return 0;
  }

  bool read_quoted() {
    std::string inside;
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\' && i + 1 < text_.size()) {
        inside += text_[++i];
      } else if (text_[i] == '"') {
        if (!item_.name.empty() && item_.name.back() != ' ') { item_.name += ' '; }
        item_.name += inside;
        item_.has_at = item_.has_at || inside.find('@') != std::string::npos;
        item_.was_quoted = true;
        at_ = i + 1;
        return true;
      } else {
        inside += text_[i];
      }
    }
    quotes_close_ = false;
    return false;
  }

  bool read_comment() {
    std::size_t depth = 0;
    for (std::size_t i = at_; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '(') {
        ++depth;
      } else if (text_[i] == ')' && --depth == 0) {
        if (item_.comment.empty()) { item_.comment = text_.substr(at_ + 1, i - at_ - 1); }
        if (!item_.has_bracket && !item_.has_at) { item_.name.append(text_.substr(at_, i + 1 - at_)); }  // "Anna (shop) <a@b>" keeps it
        at_ = i + 1;
        return true;
      }
    }
    comments_close_ = false;
    return false;
  }

  void read_bracket() {
    const bool is_route = text_.substr(at_ + 1).starts_with('@');
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '>' && text_[end] != '<' && (is_route || (text_[end] != ',' && text_[end] != ';'))) { ++end; }
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    if (!item_.has_bracket || item_.bracket.find('@') == std::string::npos) { item_.bracket = inside; }
    item_.has_bracket = true;
    item_.has_at = item_.has_at || inside.find('@') != std::string_view::npos;
    at_ = end < text_.size() && text_[end] == '>' ? end + 1 : end;
  }

  bool starts_group() {
    if (in_group_ || item_.has_at || item_.has_bracket || !groups_close_) { return false; }
    groups_close_ = text_.find(';', at_) != std::string_view::npos;
    return groups_close_;
  }
  void begin_group() {
    flush_pending();
    in_group_ = true;
    group_size_ = 0;
    group_name_ = tidy_name(item_.name);
    item_ = Item{};
    item_.begin = ++at_;
  }
  void finish_group() {
    flush_pending();
    if (group_size_ == 0) { push({group_name_, {}}, true); }  // "undisclosed-recipients:;"
    in_group_ = false;
  }

  /// "Smith, John <j@x>": a piece without an address belongs to the name of the next piece when that has brackets.
  void finish_item() {
    const bool is_empty = trim_blank(item_.name).empty() && !item_.has_bracket;
    if (!is_empty && !item_.has_at && !item_.has_bracket) {
      if (!pending_.empty()) { pending_ += ", "; }
      pending_ += first_bytes(trim_blank(item_.name), name_size_max);
      if (pending_.size() > name_size_max) { flush_pending(); }
    } else if (!is_empty) {
      if (item_.has_bracket && !pending_.empty()) {
        item_.name = pending_ + ", " + std::string(trim_blank(item_.name));
        pending_.clear();
      }
      flush_pending();
      push(address_of(item_));
    }
    item_ = Item{};
    item_.begin = at_;
  }
  void flush_pending() {
    if (pending_.empty()) { return; }
    push({tidy_name(pending_), {}});
    pending_.clear();
  }
  void push(MailAddress address, bool is_group = false) {
    if (out_.size() >= max_ || (address.name.empty() && address.address.empty())) { return; }
    is_clean_ = is_clean_ && (is_group || !address.address.empty());
    ++group_size_;
    out_.push_back(std::move(address));
  }

  std::string_view text_;
  std::size_t max_, at_{0}, group_size_{0};
  Item item_;
  std::string pending_, group_name_;
  std::vector<MailAddress> out_;
  bool quotes_close_{true}, comments_close_{true}, groups_close_{true}, in_group_{false}, is_clean_{true};
};

// --- keys ---------------------------------------------------------------------------------------------------------------------------

/// `"a..b"@docomo.example` is the same mailbox as a..b@docomo.example (RFC 5321 4.1.2); the form without quotes is the one we keep.
std::string without_local_quotes(std::string_view address) {
  const auto close = address.rfind("\"@");
  if (!address.starts_with('"') || close == std::string_view::npos || close == 0) { return std::string(address); }
  std::string local;
  for (std::size_t i = 1; i < close; ++i) {
    if (address[i] == '\\' && i + 1 < close) { ++i; }
    local += address[i];
  }
  return local + std::string(address.substr(close + 1));
}

struct KeyRule {
  std::string_view domain, canonical;
  bool ignores_dots;
};
// Only providers that document the '+'; at others the tag may be another person.
constexpr std::array key_rules{
    KeyRule{"gmail.com", "gmail.com", true},     KeyRule{"googlemail.com", "gmail.com", true}, KeyRule{"outlook.com", "", false},
    KeyRule{"hotmail.com", "", false},           KeyRule{"live.com", "", false},               KeyRule{"msn.com", "", false},
    KeyRule{"icloud.com", "", false},            KeyRule{"me.com", "", false},                 KeyRule{"mac.com", "", false},
    KeyRule{"fastmail.com", "", false},          KeyRule{"proton.me", "", false},              KeyRule{"protonmail.com", "", false},
    KeyRule{"pm.me", "", false},
};

}  // namespace

std::vector<MailAddress> parse_addresses(std::string_view list, std::size_t max, bool* is_clean) {
  ListReader reader(list, max);
  auto out = reader.read();
  if (is_clean != nullptr) { *is_clean = reader.is_clean(); }
  return out;
}

std::optional<MailAddress> parse_address(std::string_view text) {
  for (auto& entry : parse_addresses(text, 20)) {
    if (!entry.address.empty()) { return std::move(entry); }
  }
  return std::nullopt;
}

std::string normalise_address(std::string_view address) {
  address = trim_blank(address);
  const auto strip_front = [&](std::string_view what) { address.remove_prefix(std::min(address.find_first_not_of(what), address.size())); };
  strip_front("<[(,;:'");
  const std::string unquoted = without_local_quotes(address);
  address = unquoted;
  strip_front("<[(,;:'\"");
  if (equal_ignore_case(address.substr(0, 7), "mailto:")) { address = address.substr(7); }
  strip_front("<[(,;:'\"");
  while (!address.empty() && "<>[](),;:'\"."sv.find(address.back()) != std::string_view::npos && !(address.back() == ']' && address.find("@[") != std::string_view::npos)) {
    address.remove_suffix(1);
  }
  const auto at = address.rfind('@');
  if (address.size() > address_size_max || at == std::string_view::npos || at == 0 || at + 1 == address.size()) { return {}; }
  const std::string_view local = address.substr(0, at), domain = address.substr(at + 1);
  if (!is_clean_local(local) || local.find('@') != std::string_view::npos || !is_valid_utf8(local)) { return {}; }
  if (domain.starts_with('[') && domain.ends_with(']') && domain.find_first_not_of("0123456789abcdefABCDEF.:IPv[]") == std::string_view::npos) {
    return std::string(local) + "@" + to_lower_ascii(domain);
  }
  const auto ascii = domain_to_ascii(domain);
  return ascii ? std::string(local) + "@" + *ascii : std::string();
}

std::string_view domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}
std::string_view local_part_of(std::string_view address) { return address.substr(0, std::min(address.rfind('@'), address.size())); }

bool is_same_or_subdomain(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) { return false; }
  if (a.size() < b.size()) { std::swap(a, b); }
  return ends_with_ignore_case(a, b) && (a.size() == b.size() || (a[a.size() - b.size() - 1] == '.' && b.find('.') != std::string_view::npos));
}

std::string identity_address(std::string_view address) {
  const auto strict = normalise_email(address);
  return strict ? *strict : to_lower_ascii(normalise_address(address));
}

std::string address_key(std::string_view address) {
  const std::string whole = to_lower_ascii(normalise_address(address));
  if (whole.empty()) { return {}; }
  const std::string_view domain = domain_of(whole);
  std::string local(local_part_of(whole));
  for (const auto& rule : key_rules) {
    if (rule.domain != domain) { continue; }
    if (const auto plus = local.find('+'); plus != std::string::npos && plus > 0) { local.resize(plus); }
    if (rule.ignores_dots) { std::erase(local, '.'); }
    if (local.empty()) { return whole; }  // "..." is nobody's mailbox, and must not become everybody's
    return local + "@" + std::string(rule.canonical.empty() ? rule.domain : rule.canonical);
  }
  return whole;
}

std::string address_extension(std::string_view address, std::string_view own) {
  const std::string whole = normalise_address(address), base = normalise_address(own);
  if (whole.empty() || base.empty() || domain_of(whole) != domain_of(base)) { return {}; }
  const std::string_view local = local_part_of(whole), prefix = local_part_of(base);
  if (local.size() <= prefix.size() + 1 || local[prefix.size()] != '+' || !equal_ignore_case(local.substr(0, prefix.size()), prefix)) { return {}; }
  return std::string(local.substr(prefix.size() + 1));
}

std::string with_extension(std::string_view own, std::string_view extension) {
  return std::string(local_part_of(own)) + "+" + std::string(extension) + "@" + std::string(domain_of(own));
}

}  // namespace parley::channels::email
