#include "channels/email/reading/machine.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/authentication.h"
#include "channels/email/reading/bounce.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

// Subjects begin with these; "Re: Automatic reply" is a person who answers a machine.
constexpr std::array auto_subjects{
    "automatic reply"sv, "auto reply"sv, "auto-reply"sv, "autoreply"sv, "auto response"sv, "autoresponse"sv, "automated response"sv, "automated reply"sv, "auto:"sv,
    "autosvar"sv, "自动回复"sv, "自动答复"sv, "自動回覆"sv, "自動答覆"sv, "自動回復"sv, "【自动回复】"sv, "[自动回复]"sv, "自动应答"sv, "automatische antwort"sv, "réponse automatique"sv,
    "respuesta automática"sv, "risposta automatica"sv, "resposta automática"sv, "automatisch antwoord"sv, "автоответ"sv, "自動応答"sv, "자동 회신"sv, "자동회신"sv,
    "automatiskt svar"sv, "odpowiedź automatyczna"sv,
};
constexpr std::array away_subjects{
    "out of office"sv, "out-of-office"sv, "out of the office"sv, "ooo:"sv, "away from"sv, "on vacation"sv, "vacation reply"sv, "on leave"sv, "annual leave"sv, "on holiday"sv,
    "休假"sv, "外出"sv, "假期自动回复"sv, "不在办公室"sv, "度假"sv, "abwesen"sv, "absence du bureau"sv, "fuera de la oficina"sv, "fuera de oficina"sv, "fora do escritório"sv,
    "fuori sede"sv, "afwezig"sv, "нет на месте"sv, "不在通知"sv, "부재중"sv,
};
/// What only a machine's text says, near its beginning.
constexpr std::array away_texts{
    "out of the office"sv, "out of office"sv, "i am on vacation"sv, "i'm on vacation"sv, "currently on leave"sv, "on annual leave"sv, "i am on leave"sv, "currently away"sv,
    "away from my email"sv, "away from the office"sv, "limited access to email"sv, "limited access to my email"sv, "on parental leave"sv, "on maternity leave"sv,
    "正在休假"sv, "休假中"sv, "假期自动回复"sv, "外出期间"sv, "不在办公室"sv, "正在度假"sv, "无法及时回复"sv, "无法亲自回复"sv, "不能及时回复"sv, "出差期间"sv, "nicht im büro"sv, "abwesend"sv,
    "absent du bureau"sv, "fuera de la oficina"sv,
};
constexpr std::array auto_texts{
    "this is an automated"sv, "this is an automatic"sv, "automatically generated"sv, "auto-generated"sv, "do not reply to this"sv, "please do not reply"sv,
    "we have received your"sv, "thank you for contacting"sv, "this mailbox is not monitored"sv, "自动回复"sv, "自动答复"sv, "系统自动发送"sv, "系统自动发出"sv, "请勿回复"sv, "请勿直接回复"sv,
    "您的邮件已收到"sv, "来信已收到"sv, "邮件我已收到"sv, "邮件已经收到"sv, "会尽快回复"sv, "会尽快给您回复"sv, "将尽快回复"sv, "automatisch generiert"sv, "automatisch erstellt"sv,
};
constexpr std::array silent_senders{
    "noreply"sv, "no-reply"sv, "no_reply"sv, "donotreply"sv, "do-not-reply"sv, "do_not_reply"sv, "dontreply"sv, "not-reply"sv, "notreply"sv, "no.reply"sv, "do.not.reply"sv,
    "notification"sv, "notifications"sv, "mailer"sv, "mailer-daemon"sv, "nobody"sv, "autoreply"sv, "auto-reply"sv, "autoresponder"sv,
};
constexpr std::array receipt_subjects{"read: "sv, "已读:"sv, "已读: "sv, "已读："sv, "not read: "sv, "未读:"sv, "read receipt"sv, "return receipt"sv, "阅读回执"sv, "已读回执"sv, "回执："sv, "gelesen: "sv, "lu : "sv};

std::string lower_header(const Mail& mail, std::string_view name) { return to_lower_ascii(trim(header_value(mail, name))); }

bool has_part(const Mail& mail, std::string_view content_type) {
  return std::any_of(mail.parts.begin(), mail.parts.end(), [&](const MailPart& part) { return part.content_type == content_type; });
}
bool report_is(const Mail& mail, std::string_view type) {
  const std::string content_type = lower_header(mail, "Content-Type");
  return content_type.starts_with("multipart/report") && content_type.find(type) != std::string::npos;
}

/// REPLY or COUNTER: somebody's answer to a meeting. A request for a meeting is a person's mail.
bool is_calendar_reply(const Mail& mail) {
  const auto answers = [](std::string_view text, std::string_view before) {
    for (const auto method : {"REPLY"sv, "COUNTER"sv}) {
      if (contains_ignore_case(text, std::string(before) + std::string(method))) { return true; }
    }
    return false;
  };
  for (const auto& part : mail.parts) {
    if (part.content_type == "text/calendar" && answers(first_bytes(part.bytes, 64 * 1024), "\nMETHOD:")) { return true; }
  }
  const auto type = header_value(mail, "Content-Type");
  if (contains_ignore_case(type, "text/calendar") && (answers(type, "method=") || answers(type, "method=\""))) { return true; }
  const auto message_class = header_value(mail, "Content-Class");
  return contains_ignore_case(message_class, "calendarmessage") && has_part(mail, "text/calendar") && starts_with_any(mail.subject, std::array{"Accepted:"sv, "Declined:"sv, "Tentative:"sv});
}

bool is_read_receipt(const Mail& mail) {
  if (report_is(mail, "disposition-notification") || has_part(mail, "message/disposition-notification")) { return true; }
  // QQ and old Exchange send prose; the second sign is an empty return path or the header that asks machines to be silent.
  const bool is_system = is_from_mail_system(mail) || has_header(mail, "X-Auto-Response-Suppress") || has_header(mail, "Auto-Submitted");
  return is_system && starts_with_any(trim_blank(mail.subject), receipt_subjects);
}

bool is_own_list(const Mail& mail, const MachineOptions& options) {
  const auto list = header_value(mail, "List-Id");
  return std::any_of(options.own_lists.begin(), options.own_lists.end(), [&](const std::string& own) { return !own.empty() && contains_ignore_case(list, own); });
}

std::optional<MailKind> list_kind(const Mail& mail) {
  const std::string precedence = lower_header(mail, "Precedence");
  const std::string post = lower_header(mail, "List-Post");
  const bool is_discussion = (!post.empty() && !post.starts_with("no")) || precedence == "list" || has_header(mail, "Mailing-List") || has_header(mail, "X-Mailman-Version") ||
                             has_header(mail, "X-BeenThere") || has_header(mail, "X-Mailing-List");
  const bool is_list = has_header(mail, "List-Id") || has_header(mail, "List-Unsubscribe");
  if (is_discussion) { return MailKind::mailing_list; }
  if (is_list || has_header(mail, "X-Campaign-Id") || has_header(mail, "X-CampaignId") || has_header(mail, "X-Mailer-RecptId")) { return MailKind::newsletter; }
  return std::nullopt;
}

bool suppresses_answers(const Mail& mail) {
  const auto suppress = header_value(mail, "X-Auto-Response-Suppress");
  return contains_any(suppress, std::array{"All"sv, "OOF"sv, "AutoReply"sv});
}

/// A header that only an answering machine sets.
std::string_view auto_reply_header(const Mail& mail) {
  static constexpr std::array names{"X-Autoreply"sv, "X-Auto-Reply"sv, "X-Autorespond"sv, "X-Autoresponse"sv, "X-Autoreply-From"sv, "X-Mail-Autoreply"sv, "X-AutoReply-From"sv, "X-Auto-Response"sv, "Auto-Reply"sv, "X-Vacation"sv};
  for (const auto name : names) {
    const std::string value = lower_header(mail, name);
    if (has_header(mail, name) && value != "no" && value != "false") { return "autoreply_header"; }
  }
  const std::string submitted = lower_header(mail, "Auto-Submitted");
  if (submitted.starts_with("auto-replied")) { return "auto_submitted"; }
  const std::string precedence = lower_header(mail, "Precedence");
  if (precedence == "auto_reply" || precedence == "auto-reply" || lower_header(mail, "X-Precedence") == "auto_reply") { return "precedence"; }
  return {};
}

/// Words alone prove nothing: a customer may well write "Out of office chairs". They count with a second sign, in a header or in the text.
std::string_view auto_reply_words(const Mail& mail) {
  const std::string_view subject = trim_blank(mail.subject);
  const bool by_subject = starts_with_any(subject, auto_subjects) || starts_with_any(subject, away_subjects);
  if (!by_subject) { return {}; }
  if (suppresses_answers(mail) || is_from_mail_system(mail) || has_header(mail, "Auto-Submitted")) { return "subject_and_header"; }
  const std::string precedence = lower_header(mail, "Precedence");
  if (precedence == "bulk" || precedence == "junk" || has_header(mail, "X-Loop")) { return "subject_and_header"; }
  const std::string_view text = first_bytes(mail.text, 1500);
  return contains_any(text, away_texts) || contains_any(text, auto_texts) ? "subject_and_text" : std::string_view();
}

bool speaks_of_absence(const Mail& mail) {
  return contains_any(mail.subject, away_subjects) || contains_any(first_bytes(mail.text, 1500), away_texts);
}

bool is_silent_sender(const Mail& mail) {
  return std::any_of(mail.from.begin(), mail.from.end(), [](const MailAddress& from) {
    const std::string local = to_lower_ascii(local_part_of(from.address));
    return std::any_of(silent_senders.begin(), silent_senders.end(), [&](std::string_view word) {
      if (local == word) { return true; }
      // noreply-shop, shop-noreply, noreply+123; not "mailerson"
      const bool is_long = word.find("reply") != std::string_view::npos;
      return is_long && (local.starts_with(word) || local.ends_with(word));
    });
  });
}

std::optional<MachineVerdict> answering_machine(const Mail& mail) {
  std::string_view why = auto_reply_header(mail);
  if (why.empty()) { why = auto_reply_words(mail); }
  // Exchange marks its out-of-office mail "auto-generated"; so do shops that send order mails, hence the words.
  if (why.empty() && has_header(mail, "Auto-Submitted") && lower_header(mail, "Auto-Submitted") != "no" && speaks_of_absence(mail) && !mail.in_reply_to.empty()) { why = "auto_submitted"; }
  if (why.empty()) { return std::nullopt; }
  return MachineVerdict{speaks_of_absence(mail) ? MailKind::out_of_office : MailKind::auto_reply, false, std::string(why)};
}

std::optional<MachineVerdict> report(const Mail& mail) {
  if (report_is(mail, "feedback-report") || has_part(mail, "message/feedback-report")) { return MachineVerdict{MailKind::feedback_report, false, "feedback_report"}; }
  if (read_bounce(mail)) { return MachineVerdict{MailKind::bounce, false, "bounce"}; }
  if (is_read_receipt(mail)) { return MachineVerdict{MailKind::read_receipt, false, "read_receipt"}; }
  if (is_calendar_reply(mail)) { return MachineVerdict{MailKind::calendar_reply, false, "calendar_reply"}; }
  return std::nullopt;
}

/// Signs that leave the mail a person's but forbid an automatic answer; empty when there is none.
std::string_view reason_for_silence(const Mail& mail, const MachineOptions& options) {
  if (mail.from.empty() || mail.from.front().address.empty()) { return "no_sender"; }
  if (suppresses_answers(mail)) { return "response_suppressed"; }
  const std::string precedence = lower_header(mail, "Precedence");
  if ((precedence == "bulk" || precedence == "junk" || precedence == "list") && !is_own_list(mail, options)) { return "precedence"; }
  if (has_header(mail, "X-Loop") || has_header(mail, "X-Loop-Detect")) { return "loop_header"; }
  for (const auto& own : options.own_addresses) {
    const std::string key = address_key(own);
    if (std::any_of(mail.from.begin(), mail.from.end(), [&](const MailAddress& from) { return address_key(from.address) == key; })) { return "own_address"; }
    if (!mail.reply_to.empty() && address_key(mail.reply_to.front().address) == key) { return "own_address"; }
  }
  if (read_spam(mail).verdict == SpamVerdict::spam) { return "spam"; }
  return {};
}

}  // namespace

std::string_view to_string(MailKind kind) {
  switch (kind) {
    case MailKind::human: return "human";
    case MailKind::auto_reply: return "auto_reply";
    case MailKind::out_of_office: return "out_of_office";
    case MailKind::bounce: return "bounce";
    case MailKind::feedback_report: return "feedback_report";
    case MailKind::mailing_list: return "mailing_list";
    case MailKind::newsletter: return "newsletter";
    case MailKind::calendar_reply: return "calendar_reply";
    case MailKind::read_receipt: return "read_receipt";
    case MailKind::notification: return "notification";
  }
  return "human";
}

MachineVerdict classify(const Mail& mail, const MachineOptions& options) {
  if (auto found = report(mail)) { return *found; }
  if (auto found = answering_machine(mail)) { return *found; }
  if (!is_own_list(mail, options)) {
    if (const auto kind = list_kind(mail)) { return {*kind, false, "list_headers"}; }
  }
  const std::string submitted = lower_header(mail, "Auto-Submitted");
  if (!submitted.empty() && !submitted.starts_with("no")) { return {MailKind::notification, false, "auto_submitted"}; }
  if (is_silent_sender(mail)) { return {MailKind::notification, false, "silent_sender"}; }
  if (is_from_mail_system(mail)) { return {MailKind::notification, false, "mail_system"}; }
  const std::string_view silence = reason_for_silence(mail, options);
  return {MailKind::human, silence.empty(), std::string(silence)};
}

bool may_answer_automatically(const Mail& mail, const MachineOptions& options) { return classify(mail, options).may_answer; }

}  // namespace parley::channels::email
