#include "channels/email/reading/bounce.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/bounce_text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t report_size_max = 256 * 1024;
constexpr std::size_t recipients_max = 100;
constexpr std::size_t reason_size_max = 400;

using Fields = std::vector<std::pair<std::string_view, std::string>>;

/// Groups of "Name: value" lines separated by blank lines; folded lines are joined.
std::vector<Fields> read_groups(std::string_view text) {
  std::vector<Fields> groups(1);
  for (const Line& line : split_lines(text.substr(0, report_size_max))) {
    if (is_blank(line.text)) {
      if (!groups.back().empty() && groups.size() < recipients_max + 1) { groups.emplace_back(); }
      continue;
    }
    Fields& fields = groups.back();
    if (line.text.front() == ' ' || line.text.front() == '\t') {
      if (!fields.empty() && fields.back().second.size() < 2000) { fields.back().second.append(" ").append(trim_blank(line.text)); }
      continue;
    }
    const auto colon = line.text.find(':');
    if (colon != std::string_view::npos && fields.size() < 200) { fields.emplace_back(trim_blank(line.text.substr(0, colon)), trim_blank(line.text.substr(colon + 1))); }
  }
  if (groups.back().empty()) { groups.pop_back(); }
  return groups;
}

std::string_view field(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (equal_ignore_case(key, name)) { return value; }
  }
  return {};
}

/// "rfc822; anna@shop.example" without its type.
std::string_view typed_value(std::string_view value) {
  const auto semicolon = value.find(';');
  return trim_blank(semicolon == std::string_view::npos ? value : value.substr(semicolon + 1));
}

std::optional<BouncedRecipient> read_recipient(const Fields& fields) {
  const std::string_view action = field(fields, "Action"), status = field(fields, "Status");
  const std::string_view final_recipient = field(fields, "Final-Recipient"), original = field(fields, "Original-Recipient");
  if (final_recipient.empty() && original.empty() && action.empty()) { return std::nullopt; }
  BouncedRecipient out;
  // The address we wrote to is the one we know; the final one may be where the mailbox forwards to.
  out.address = normalise_address(typed_value(original));
  if (out.address.empty()) { out.address = normalise_address(typed_value(final_recipient)); }
  if (starts_with_ignore_case(action, "delayed")) {
    out.state = DeliveryState::delayed;
  } else if (starts_with_ignore_case(action, "delivered") || starts_with_ignore_case(action, "relayed") || starts_with_ignore_case(action, "expanded")) {
    out.state = DeliveryState::delivered;
  }
  const std::string_view diagnostic = typed_value(field(fields, "Diagnostic-Code"));
  out.status = find_status(status);
  const bool is_vague = out.status.empty() || out.status.ends_with(".0.0");
  if (const std::string precise = find_status(diagnostic); is_vague && !precise.empty()) { out.status = precise; }
  if (out.state != DeliveryState::delivered) { judge(out, diagnostic.empty() ? status : diagnostic); }
  return out;
}

bool is_original(const MailPart& part) {
  return part.content_type == "message/rfc822" || part.content_type == "text/rfc822-headers" || part.content_type == "message/global" ||
         part.content_type == "message/global-headers" || part.content_type == "message/rfc822-headers";
}

std::string strip_brackets(std::string_view id) {
  id = trim_blank(id);
  const auto open = id.find('<');
  if (open != std::string_view::npos) { id = id.substr(open + 1, std::min(id.find('>', open), id.size()) - open - 1); }
  return id.size() > 998 || id.find_first_of(" \t") != std::string_view::npos ? std::string() : std::string(id);
}

/// In the returned copy, else in the prose, else what the report answers to.
std::string find_original_id(const Mail& mail) {
  for (const auto& part : mail.parts) {
    if (!is_original(part)) { continue; }
    const auto groups = read_groups(first_bytes(part.bytes, 64 * 1024));
    if (!groups.empty()) {
      if (auto id = strip_brackets(field(groups.front(), "Message-ID")); !id.empty()) { return id; }
    }
  }
  const std::string_view text = first_bytes(mail.text, report_size_max);
  for (auto at = find_ignore_case(text, "message-id"); at != std::string_view::npos; at = find_ignore_case(text, "message-id", at + 10)) {
    const std::string_view rest = text.substr(at + 10, 1100);
    const auto open = rest.find('<'), close = rest.find('>');
    if (open == std::string_view::npos || open > 12 || close == std::string_view::npos || close < open) { continue; }
    if (auto id = strip_brackets(rest.substr(open, close - open + 1)); id.find('@') != std::string::npos) { return id; }
  }
  if (!mail.in_reply_to.empty()) { return mail.in_reply_to; }
  return mail.references.empty() ? std::string() : mail.references.back();
}

std::optional<Bounce> read_report(const Mail& mail) {
  for (const auto& part : mail.parts) {
    if (part.content_type != "message/delivery-status" && part.content_type != "message/global-delivery-status") { continue; }
    Bounce bounce;
    bounce.recogniser = "rfc3464";
    for (const auto& group : read_groups(part.bytes)) {
      if (auto recipient = read_recipient(group)) { bounce.recipients.push_back(std::move(*recipient)); }
    }
    if (bounce.recipients.empty()) { continue; }
    return bounce;
  }
  return std::nullopt;
}

struct CauseWords {
  BounceCause cause;
  std::string_view status;  // when the text gives none
  std::string_view words;   // separated by '|'
};
// In this order: "mailbox full" also says "mailbox unavailable" at some providers, and "blocked" wins over "user".
constexpr std::array cause_words{
    CauseWords{BounceCause::mailbox_full, "5.2.2",
               "mailbox full|mailbox is full|over quota|overquota|quota exceed|exceeded quota|out of storage|insufficient storage|not enough storage|storage space|"
               "inbox is full|over its quota|hard limit|邮箱已满|空间已满|空间不足|容量满|容量已满|邮箱容量|邮箱空间满|信箱已满"},
    CauseWords{BounceCause::too_large, "5.3.4",
               "message too large|message size exceeds|exceeds size limit|maximum message size|exceeded mailsize|too big|邮件过大|超过大小|大小超过|超出大小|邮件太大|附件过大"},
    CauseWords{BounceCause::policy, "5.7.1",
               "spam|blacklist|blocklist|black list|blocked|reputation|dmarc|spf |spf:|dkim|policy|content reject|rejected by|not welcome|relay|unsolicited|"
               "access denied|frequency|rate limit|too many|user in blacklist|rp:|mi:|垃圾邮件|黑名单|拒收|反垃圾|频率|被拒绝|发信过于频繁|内容被拒|策略"},
    CauseWords{BounceCause::bad_address, "5.1.2",
               "host unknown|unknown host|domain not found|host not found|name or service not known|no mx|nxdomain|any host named|mail exchanger or ip|domain does not|dns query error|"
               "domain name not found|域名不存在|域名错误|无法解析|域名解析"},
    CauseWords{BounceCause::bad_address, "5.1.1",
               "user unknown|unknown user|no such user|no such recipient|no such mailbox|user not found|user not exist|not found in|does not exist|doesn't exist|does no exist|"
               "doesn't have a|couldn't be found|could not be found|mailbox not found|mailbox unavailable|unavailable mail user|invalid recipient|invalid user|invalid mailbox|"
               "unrouteable address|unroutable|unknown recipient|recipient not found|recipnotfound|address not found|address rejected|recipient rejected|recipient unknown|"
               "account inactive|is disabled|user disabled|account that you tried to reach|no mailbox here|not a valid mailbox|unknown address|unknown or illegal|bad destination|"
               "user suspended|is not exist|not our customer|address error|account does not exist|email account|no longer available|地址不存在|不存在|找不到|帐号已停用|账号已停用|"
               "已被停用|被禁用|已注销|未找到|无效的收件人|无此用户|查无此人|收件人错误"},
    CauseWords{BounceCause::server, "4.4.1",
               "timed out|timeout|connection refused|could not connect|couldn't connect|try again|temporarily|temporary|deferred|greylist|graylist|unreachable|in the queue too long|"
               "wasn't able to establish|network|超时|无法连接|连接失败|网络异常|暂时|稍后重试|服务器忙"},
};

bool has_words(std::string_view text, std::string_view words) {
  for (std::size_t at = 0; at <= words.size();) {
    const std::size_t end = std::min(words.find('|', at), words.size());
    if (contains_ignore_case(text, words.substr(at, end - at))) { return true; }
    at = end + 1;
  }
  return false;
}

BounceCause cause_of_status(std::string_view status) {
  if (status.size() < 5) { return BounceCause::unknown; }
  const std::string_view detail = status.substr(2);
  if (detail == "2.2" || detail == "2.4") { return BounceCause::mailbox_full; }
  if (detail == "2.3" || detail == "3.4") { return BounceCause::too_large; }
  if (detail.starts_with("1.") && detail != "1.0" && detail != "1.7" && detail != "1.8") { return BounceCause::bad_address; }  // .7 and .8 are about the sender
  if (detail == "2.1" || detail == "4.6") { return BounceCause::bad_address; }
  if (detail.starts_with("7.") || detail.starts_with("6.")) { return BounceCause::policy; }
  if (detail.starts_with("4.") || detail.starts_with("3.")) { return BounceCause::server; }
  return BounceCause::unknown;
}

/// "550" at the beginning of a word: the class of the SMTP answer.
char reply_class(std::string_view text) {
  for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
    const bool starts = i == 0 || !(is_digit(text[i - 1]) || text[i - 1] == '.');
    const bool ends = i + 3 == text.size() || !(is_digit(text[i + 3]) || text[i + 3] == '.');
    if (starts && ends && (text[i] == '4' || text[i] == '5') && text[i + 1] >= '0' && text[i + 1] <= '7' && is_digit(text[i + 2])) { return text[i]; }
  }
  return 0;
}

}  // namespace

std::string find_status(std::string_view text) {
  for (std::size_t i = 0; i + 5 <= text.size(); ++i) {
    if ((text[i] != '2' && text[i] != '4' && text[i] != '5') || text[i + 1] != '.' || (i > 0 && (is_digit(text[i - 1]) || text[i - 1] == '.'))) { continue; }
    std::size_t middle = i + 2;
    while (middle < text.size() && is_digit(text[middle]) && middle < i + 5) { ++middle; }
    if (middle == i + 2 || middle >= text.size() || text[middle] != '.') { continue; }
    std::size_t end = middle + 1;
    while (end < text.size() && is_digit(text[end]) && end < middle + 4) { ++end; }
    const bool is_address = end < text.size() && (is_digit(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])));
    if (end > middle + 1 && !is_address) { return std::string(text.substr(i, end - i)); }
  }
  return {};
}

void judge(BouncedRecipient& recipient, std::string_view diagnostic) {
  diagnostic = first_bytes(diagnostic, 2000);
  if (recipient.reason.empty()) { recipient.reason = std::string(first_bytes(clean_line(diagnostic), reason_size_max)); }
  if (recipient.status.empty()) { recipient.status = find_status(diagnostic); }
  const bool is_vague = recipient.status.empty() || recipient.status.ends_with(".0.0");
  recipient.cause = cause_of_status(recipient.status);
  std::string_view guessed;
  if (recipient.cause == BounceCause::unknown || recipient.cause == BounceCause::server || recipient.status == "5.1.0") {
    for (const auto& row : cause_words) {
      if (!has_words(diagnostic, row.words)) { continue; }
      recipient.cause = row.cause, guessed = row.status;
      break;
    }
  }
  if (is_vague && !guessed.empty()) {
    const char answered = recipient.status.empty() ? reply_class(diagnostic) : recipient.status.front();
    recipient.status = std::string(guessed);
    if (answered != 0) { recipient.status.front() = answered; }
  } else if (recipient.status.empty()) {
    const char answered = reply_class(diagnostic);
    recipient.status = answered == '4' || recipient.state == DeliveryState::delayed ? "4.0.0" : "5.0.0";
  }
  recipient.is_hard = recipient.state == DeliveryState::failed && recipient.status.front() == '5' && recipient.cause == BounceCause::bad_address;
}

bool is_from_mail_system(const Mail& mail) {
  if (mail.return_path && mail.return_path->address.empty()) { return true; }
  static constexpr std::array names{"mailer-daemon"sv, "postmaster"sv, "mailerdaemon"sv, "mail-daemon"sv, "mdaemon"sv, "maildaemon"sv, "mail-system"sv, "bounce"sv, "bounces"sv};
  const auto is_system = [](const MailAddress& address) {
    const std::string local = to_lower_ascii(local_part_of(address.address));
    if (local.starts_with("microsoftexchange")) { return true; }
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return local == name; });
  };
  return std::any_of(mail.from.begin(), mail.from.end(), is_system) || (mail.sender && is_system(*mail.sender));
}

Complaint read_complaint(const Mail& mail) {
  Complaint out;
  out.original_message_id = find_original_id(mail);
  for (const auto& part : mail.parts) {
    const bool is_report = part.content_type == "message/feedback-report";
    if (!is_report && !is_original(part)) { continue; }
    const auto groups = read_groups(first_bytes(part.bytes, 64 * 1024));
    if (groups.empty() || !out.recipient.empty()) { continue; }
    const auto address = parse_address(field(groups.front(), is_report ? "Original-Rcpt-To" : "To"));
    if (address) { out.recipient = address->address; }
  }
  return out;
}

std::optional<Bounce> read_bounce(const Mail& mail) {
  auto bounce = read_report(mail);
  if (!bounce) {
    if (!is_from_mail_system(mail)) { return std::nullopt; }
    bounce = read_bounce_text(mail);
  }
  if (!bounce) { return std::nullopt; }
  if (const auto failed = header_value(mail, "X-Failed-Recipients"); !failed.empty() && bounce->recipients.size() == 1 && bounce->recipients.front().address.empty()) {
    if (const auto address = parse_address(failed)) { bounce->recipients.front().address = address->address; }
  }
  bounce->original_message_id = find_original_id(mail);
  return bounce;
}

}  // namespace parley::channels::email
