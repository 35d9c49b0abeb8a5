#include "channels/email/reading/bounce_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t text_size_max = 64 * 1024;
constexpr std::size_t text_recipients_max = 20;

/// One writer of bounces. Words are separated by '|'; the recipient is looked for behind `before_recipient` (or behind the phrase), the
/// reason behind `before_reason` (or behind the recipient).
struct Writer {
  std::string_view name;
  std::string_view phrases;
  std::string_view before_recipient;
  std::string_view before_reason;
  bool is_delay{false};
};

// The order matters only where two could match: the more particular one stands first.
constexpr std::array writers{
    Writer{"gmail_delay", "Delivery incomplete|There was a temporary problem delivering your message to|Delivery to the following recipient has been delayed|传送尚未完成|投递未完成",
           "delivering your message to|has been delayed:|传送至|投递到", "The response was:|The response from the remote server was:|Technical details of temporary failure:|响应", true},
    Writer{"gmail",
           "Your message wasn't delivered to|Delivery to the following recipient failed permanently|Your message couldn't be delivered to|您的邮件未送达|您的邮件未能送达|邮件未送达以下收件人|"
           "There was a problem delivering your message to|Delivery to the following recipients failed",
           "Your message wasn't delivered to|failed permanently:|Your message couldn't be delivered to|problem delivering your message to|recipients failed|您的邮件未送达|您的邮件未能送达|"
           "邮件未送达以下收件人",
           "The response from the remote server was:|The response was:|Technical details of permanent failure:|远程服务器的响应为|响应如下|响应为"},
    Writer{"exchange",
           "Delivery has failed to these recipients or|Your message did not reach some or all of the intended recipients|Diagnostic information for administrators|couldn't be delivered.|"
           "未能传递到以下收件人|无法将邮件传递给以下收件人|以下收件人或通讯组列表的传递失败|传递给这些收件人或|供管理员使用的诊断信息|未能传递给以下收件人|无法传递到以下收件人",
           "recipients or groups:|recipients or distribution lists:|could not be reached:|Your message to|收件人或组:|收件人或组：|通讯组列表:|通讯组列表：|以下收件人:|以下收件人：|传递失败:|传递失败：",
           "Remote Server returned|远程服务器返回|Diagnostic information for administrators|供管理员使用的诊断信息|could not be reached:"},
    Writer{"qmail", "This is the qmail-send program|I'm afraid I wasn't able to deliver your message to the following", "sorry it didn't work out.|addresses.|address.", ""},
    Writer{"yahoo", "Sorry, we were unable to deliver your message to the following address|Message from yahoo.com|Message from  yahoo.com", "following address|Unable to deliver message to the following", ""},
    Writer{"postfix_delay", "THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND|THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND", "The mail system|postmaster.", "", true},
    Writer{"postfix", "This is the mail system at host|This is the Postfix program at host", "The mail system|delete your own text from the attached returned message.|the attached returned message.", ""},
    Writer{"exim_delay", "has not yet been delivered|has not been delivered to one or more of its", "The address to which the message has not yet been|delivered is:|delivered are:|delivered to:|address(es)", "", true},
    Writer{"exim", "This message was created automatically by mail delivery software|could not be delivered to one or more of its", "address(es) failed:|addresses failed:|address failed:", ""},
    Writer{"sendmail_delay", "had transient non-fatal errors|Warning: could not send message for past|THIS IS A WARNING MESSAGE ONLY", "transient non-fatal errors -----", "reason:|<<< |Transcript of session", true},
    Writer{"sendmail", "had permanent fatal errors|Transcript of session follows", "permanent fatal errors -----", "reason:|<<< |Transcript of session"},
    Writer{"netease", "无法发送到|发送失败的收件人|被退回邮件|The following message to|以下是该邮件的相关信息", "无法发送到|发送失败的收件人|收件人|The following message to",
           "退信原因|失败原因|说明|原因|Reason"},
    Writer{"qq", "您的邮件被退回来了|您的邮件被退回|Systems bounce|Sorry, your mail has been returned|无法送达", "收件人|Recipient|To:", "退信原因|Bounce Reason|原因|Reason|退回原因"},
    Writer{"aliyun", "未能成功送达|投递失败|退信通知|未能投递|发送失败|无法投递|未能送达", "收件人地址|收件人|收信人|Recipient", "退信原因|失败原因|错误信息|原因|Reason|详细信息"},
    Writer{"lotus", "Your message\n|Failure Report|Failed to deliver to|Undeliverable to", "Failed to deliver to|Undeliverable to|was not delivered to:", "because:|reason:"},
    Writer{"generic",
           "could not be delivered|couldn't be delivered|was not delivered|wasn't delivered|unable to deliver|undeliverable|delivery failed|delivery has failed|delivery failure|"
           "failed to deliver|returned to sender|returned mail|User unknown|退信|konnte nicht zugestellt werden|n'a pas pu être remis|no se pudo entregar|não pôde ser entregue",
           "", "reason:|said:|because"},
};

/// The end of what the mail system says and the beginning of the copy it returns.
constexpr std::array copy_marks{
    "--- Below this line is a copy"sv, "------ This is a copy of"sv, "--- Original message follows"sv, "----- Original message -----"sv, "----- Message header follows"sv, "--- Enclosed is a copy"sv,
    "Original message headers:"sv, "原始邮件头"sv, "原始邮件标题"sv, "原始邮件的邮件头"sv, "----- Unsent message follows"sv, "--- Undelivered message follows"sv, "----- Original Message"sv,
};

std::size_t find_word(std::string_view text, std::string_view words, std::size_t& found_size, std::size_t from = 0) {
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find('|', at), words.size());
    const std::string_view word = words.substr(at, end - at);
    const std::size_t found = find_ignore_case(text, word, from);
    if (found != std::string_view::npos) {
      found_size = word.size();
      return found;
    }
    at = end + 1;
  }
  return std::string_view::npos;
}

std::string_view without_copy(std::string_view text) {
  for (const auto mark : copy_marks) { text = text.substr(0, std::min(find_ignore_case(text, mark), text.size())); }
  return text;
}

struct FoundAddress {
  std::string address;
  std::size_t begin{0}, end{0};
  bool is_line_start{false};
};

bool is_address_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || "!#$%&'*+-/=?^_`{|}~."sv.find(c) != std::string_view::npos;
}

/// The next thing with an '@' from `from` on. Words of ASCII only: Chinese prose stands right beside the address.
std::optional<FoundAddress> next_address(std::string_view text, std::size_t from) {
  for (auto at = text.find('@', from); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t begin = at, end = at + 1;
    while (begin > from && at - begin < 256 && is_address_character(text[begin - 1])) { --begin; }
    while (end < text.size() && end - at < 256 && is_address_character(text[end])) { ++end; }
    std::string address = normalise_address(text.substr(begin, end - begin));
    if (address.empty() || domain_of(address).find('.') == std::string_view::npos) { continue; }
    const auto line = text.rfind('\n', begin);
    const std::string_view before = text.substr(line == std::string_view::npos ? 0 : line + 1, begin - (line == std::string_view::npos ? 0 : line + 1));
    const bool starts = before.size() < 40 && before.find_first_not_of(" \t<(\"'") == std::string_view::npos;
    return FoundAddress{std::move(address), begin, end, starts};
  }
  return std::nullopt;
}

/// The lines that explain: up to three, the first with an SMTP code preferred.
std::string reason_from(std::string_view text, std::size_t from, std::size_t until) {
  constexpr std::string_view lead = " \t\r\n>:;,.)\"'*|-=#";
  std::string first, best;
  std::size_t seen = 0;
  for (const Line& line : split_lines(text.substr(from, std::min(until - from, std::size_t{3000})))) {
    std::string_view words = trim_blank(line.text);
    while (!words.empty() && (lead.find(words.front()) != std::string_view::npos)) { words.remove_prefix(1); }
    if (words.starts_with("：")) { words = trim_blank(words.substr(3)); }
    if (words.empty()) {
      if (!first.empty() && seen >= 3) { break; }
      continue;
    }
    if (first.size() < 400) { first += (first.empty() ? "" : " ") + std::string(words); }
    const bool has_code = !find_status(words).empty() || words.starts_with("55") || words.starts_with("45") || contains_ignore_case(words, " 55") || contains_ignore_case(words, " 45");
    if (has_code && best.empty()) { best = words; }
    if (++seen >= 8 || (seen >= 4 && !best.empty())) { break; }
  }
  // The code alone may lack the words that matter ("550 5.1.1 https://..."), so the explanation around it is kept for judging.
  return best.empty() || first.find(best) != std::string::npos ? first : best + " " + first;
}

class ProseReader {
 public:
  ProseReader(const Mail& mail, std::string_view text, const Writer& writer, std::size_t phrase_at)
      : mail_(mail), text_(text), writer_(writer), from_(phrase_at) {}

  Bounce read() {
    Bounce bounce;
    bounce.recogniser = std::string(writer_.name);
    std::size_t size = 0;
    if (const auto at = find_word(text_, writer_.before_recipient, size, from_); at != std::string_view::npos) { from_ = at + size; }
    auto found = next_foreign(from_);
    if (!found) { found = next_foreign(0); }
    if (!found) {
      bounce.recipients.push_back(judged({}, from_, text_.size()));
      return bounce;
    }
    bounce.recipients.push_back(judged(found->address, found->end, text_.size()));
    add_others(bounce, *found);
    return bounce;
  }

 private:
  /// Not the desk itself and not the system that speaks.
  std::optional<FoundAddress> next_foreign(std::size_t from) const {
    for (auto found = next_address(text_, from); found; found = next_address(text_, found->end)) {
      const auto is_same = [&](const MailAddress& other) { return equal_ignore_case(other.address, found->address); };
      const bool is_ours = std::any_of(mail_.to.begin(), mail_.to.end(), is_same) || std::any_of(mail_.from.begin(), mail_.from.end(), is_same);
      if (!is_ours && !starts_with_ignore_case(found->address, "postmaster@") && !starts_with_ignore_case(found->address, "mailer-daemon@")) { return found; }
    }
    return std::nullopt;
  }

  /// Further recipients stand at the beginning of a line, as the first one did.
  void add_others(Bounce& bounce, const FoundAddress& first) const {
    if (!first.is_line_start) { return; }
    std::size_t looks = 0;
    for (auto found = next_foreign(first.end); found && bounce.recipients.size() < text_recipients_max && ++looks < 200; found = next_foreign(found->end)) {
      const bool is_known = std::any_of(bounce.recipients.begin(), bounce.recipients.end(), [&](const auto& r) { return equal_ignore_case(r.address, found->address); });
      const char after = found->end < text_.size() ? text_[found->end] : '\0';
      const bool closes = after == '>' || after == ':' || after == '\n' || after == '\r' || after == ')';
      if (found->is_line_start && closes && !is_known) { bounce.recipients.push_back(judged(found->address, found->end, text_.size())); }
    }
  }

  BouncedRecipient judged(std::string address, std::size_t from, std::size_t until) const {
    BouncedRecipient out;
    out.address = std::move(address);
    out.state = writer_.is_delay ? DeliveryState::delayed : DeliveryState::failed;
    std::size_t size = 0;
    const auto at = find_word(text_, writer_.before_reason, size, from_);
    std::string reason = at == std::string_view::npos ? reason_from(text_, from, until) : reason_from(text_, at + size, until);
    if (find_status(reason).empty() && at != std::string_view::npos) {
      // The code may stand before the reason, or the explanation after the address may be the only one.
      if (const std::string near = reason_from(text_, from, until); !find_status(near).empty() || trim_blank(reason).empty()) { reason = near; }
    }
    judge(out, reason);
    if (out.state == DeliveryState::delayed && out.status.front() == '5') { out.status.front() = '4'; }
    return out;
  }

  const Mail& mail_;
  std::string_view text_;
  const Writer& writer_;
  std::size_t from_;
};

}  // namespace

std::optional<Bounce> read_bounce_text(const Mail& mail) {
  const std::string_view whole = first_bytes(mail.text, text_size_max);
  const std::string_view text = without_copy(whole);
  for (const Writer& writer : writers) {
    std::size_t size = 0;
    if (const auto at = find_word(text, writer.phrases, size); at != std::string_view::npos) { return ProseReader(mail, text, writer, at).read(); }
  }
  std::size_t size = 0;
  static constexpr std::string_view subjects =
      "undeliver|delivery status notification|delivery failure|failure notice|returned mail|mail delivery failed|mail delivery system|delivery has failed|退信|未送达|无法送达|投递失败|"
      "无法投递|未传递|無法傳遞|傳遞失敗|unzustellbar|non remis|no entregado";
  const bool says_so = find_word(mail.subject, subjects, size) != std::string_view::npos || has_header(mail, "X-Failed-Recipients");
  if (!says_so) { return std::nullopt; }
  return ProseReader(mail, text, writers.back(), 0).read();
}

}  // namespace parley::channels::email
