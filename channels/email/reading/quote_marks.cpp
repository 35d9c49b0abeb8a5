#include "channels/email/reading/quote_marks.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t mark_size_max = 600;  // no client writes a longer mark; keeps the work per line constant

constexpr std::array reply_separators{
    "original message"sv, "original"sv, "original email"sv, "original mail"sv, "original appointment"sv, "reply message"sv, "replied message"sv,
    "replied email"sv, "原始邮件"sv, "原邮件"sv, "原始郵件"sv, "原始訊息"sv, "原始消息"sv, "原始信件"sv, "回复的原邮件"sv, "回复的邮件"sv, "回復的原郵件"sv,
    "邮件原件"sv, "邮件原文"sv, "来信原文"sv, "原文"sv, "历史邮件"sv, "ursprüngliche nachricht"sv, "originalnachricht"sv, "original-nachricht"sv,
    "message d'origine"sv, "message d’origine"sv, "message original"sv, "mensaje original"sv, "mensagem original"sv, "messaggio originale"sv,
    "messaggio originario"sv, "oorspronkelijk bericht"sv, "oprindelig meddelelse"sv, "originalmeddelande"sv, "исходное сообщение"sv,
    "пересылаемое сообщение"sv, "元のメッセージ"sv, "original message follows"sv, "원본 메시지"sv, "원본 메일"sv, "mesaj original"sv, "özgün ileti"sv,
};
constexpr std::array forward_separators{
    "forwarded message"sv, "forwarded email"sv, "forwarded mail"sv, "begin forwarded message"sv, "start of forwarded message"sv, "转发邮件"sv,
    "转发的邮件"sv, "转发邮件信息"sv, "转发的消息"sv, "转发的原邮件"sv, "转发消息"sv, "已转发邮件"sv, "已转发的邮件"sv, "开始转发邮件"sv, "开始转发的邮件"sv,
    "以下是转发的邮件"sv, "下面是被转发的邮件"sv, "下面是转发的邮件"sv, "被转发邮件信息"sv, "轉寄郵件"sv, "轉寄的郵件"sv, "轉寄訊息"sv, "已轉寄的郵件"sv, "開始轉寄郵件"sv,
    "以下是轉寄的郵件"sv, "weitergeleitete nachricht"sv, "anfang der weitergeleiteten nachricht"sv, "message transféré"sv,
    "début du message transféré"sv, "début du message réexpédié"sv, "mensaje reenviado"sv, "inicio del mensaje reenviado"sv, "mensagem encaminhada"sv,
    "messaggio inoltrato"sv, "inizio messaggio inoltrato"sv, "doorgestuurd bericht"sv, "転送されたメッセージ"sv, "전달된 메시지"sv,
    "пересланное сообщение"sv,
};
constexpr std::array reply_above{
    "reply above this line"sv, "write your reply above"sv, "type your reply above"sv, "请在此行上方回复"sv, "请在本行以上回复"sv, "请在此行以上回复"sv,
};

/// Asked of every line of a mail, so what all those sentences have comes first.
bool asks_for_reply_above(std::string_view line) {
  return (contains_ignore_case(line, "reply above") || line.find("上") != std::string_view::npos) && contains_any(line, reply_above);
}

enum class Label : unsigned char { none, from, date, to, copy, subject, message_id, other };
struct LabelWord {
  std::string_view word;
  Label label;
};
constexpr std::array labels{
    LabelWord{"from", Label::from},       LabelWord{"sent", Label::date},         LabelWord{"date", Label::date},      LabelWord{"to", Label::to},
    LabelWord{"cc", Label::copy},         LabelWord{"bcc", Label::copy},          LabelWord{"subject", Label::subject}, LabelWord{"reply-to", Label::other},
    LabelWord{"importance", Label::other}, LabelWord{"attachments", Label::other}, LabelWord{"priority", Label::other}, LabelWord{"sender", Label::from},
    LabelWord{"send time", Label::date},  LabelWord{"sent at", Label::date},      LabelWord{"message-id", Label::message_id},
    LabelWord{"发件人", Label::from},     LabelWord{"发送人", Label::from},       LabelWord{"发信人", Label::from},    LabelWord{"寄件者", Label::from},
    LabelWord{"寄件人", Label::from},     LabelWord{"發件人", Label::from},       LabelWord{"发送时间", Label::date},  LabelWord{"发送日期", Label::date},
    LabelWord{"发件时间", Label::date},   LabelWord{"日期", Label::date},         LabelWord{"时间", Label::date},      LabelWord{"寄件日期", Label::date},
    LabelWord{"傳送時間", Label::date},   LabelWord{"已傳送", Label::date},       LabelWord{"發送時間", Label::date},  LabelWord{"已发送", Label::date},
    LabelWord{"收件人", Label::to},       LabelWord{"收信人", Label::to},         LabelWord{"收件者", Label::to},      LabelWord{"至", Label::to},
    LabelWord{"抄送", Label::copy},       LabelWord{"抄送人", Label::copy},       LabelWord{"副本", Label::copy},      LabelWord{"密送", Label::copy},
    LabelWord{"主题", Label::subject},    LabelWord{"主題", Label::subject},      LabelWord{"主旨", Label::subject},   LabelWord{"标题", Label::subject},
    LabelWord{"附件", Label::other},      LabelWord{"重要性", Label::other},      LabelWord{"回复", Label::other},
    LabelWord{"von", Label::from},        LabelWord{"gesendet", Label::date},     LabelWord{"datum", Label::date},     LabelWord{"an", Label::to},
    LabelWord{"betreff", Label::subject}, LabelWord{"de", Label::from},           LabelWord{"envoyé", Label::date},    LabelWord{"À", Label::to},
    LabelWord{"objet", Label::subject},   LabelWord{"enviado", Label::date},      LabelWord{"enviado el", Label::date}, LabelWord{"fecha", Label::date},
    LabelWord{"data", Label::date},       LabelWord{"para", Label::to},           LabelWord{"asunto", Label::subject}, LabelWord{"assunto", Label::subject},
    LabelWord{"da", Label::from},         LabelWord{"inviato", Label::date},      LabelWord{"a", Label::to},           LabelWord{"oggetto", Label::subject},
    LabelWord{"van", Label::from},        LabelWord{"verzonden", Label::date},    LabelWord{"aan", Label::to},         LabelWord{"onderwerp", Label::subject},
    LabelWord{"От", Label::from},         LabelWord{"Отправлено", Label::date},   LabelWord{"Дата", Label::date},      LabelWord{"Кому", Label::to},
    LabelWord{"Тема", Label::subject},    LabelWord{"差出人", Label::from},       LabelWord{"送信日時", Label::date},  LabelWord{"日時", Label::date},
    LabelWord{"宛先", Label::to},         LabelWord{"件名", Label::subject},      LabelWord{"보낸사람", Label::from}, LabelWord{"보낸날짜", Label::date},
    LabelWord{"받는사람", Label::to},    LabelWord{"제목", Label::subject},
};

std::string_view strip_decoration(std::string_view text) {
  constexpr auto marks = "*|_ \t"sv;
  text = trim_blank(text);
  while (!text.empty() && marks.find(text.front()) != std::string_view::npos) { text.remove_prefix(1); }
  while (!text.empty() && marks.find(text.back()) != std::string_view::npos) { text.remove_suffix(1); }
  return trim_blank(text);
}

struct LabelledLine {
  Label label{Label::none};
  std::string_view value;
};
/// "发件人：Anna <a@b>", "*From:* Anna", "| 日期 | 2026年 |" (NetEase draws a table).
LabelledLine read_label(std::string_view line) {
  line = trim_blank(line);
  const bool is_table = line.starts_with('|');
  line = strip_decoration(line);
  const auto ascii = line.find(':'), wide = line.find("：");
  std::size_t end = std::min(ascii, wide), skip = ascii < wide ? 1 : 3;
  if (is_table && line.find('|') < end) { end = line.find('|'), skip = 1; }
  if (end == std::string_view::npos || end == 0 || end > 40) { return {}; }
  std::string word = to_lower_ascii(strip_decoration(line.substr(0, end)));
  for (const auto gap : {"\xC2\xA0"sv, "\xE3\x80\x80"sv, " "sv}) {  // 主　题, 收 件 人: old clients pad to one width; 보낸 사람
    if (static_cast<unsigned char>(word[0]) < 0xE0) { break; }
    for (auto at = word.find(gap); at != std::string::npos; at = word.find(gap)) { word.erase(at, gap.size()); }
  }
  for (const auto& known : labels) {
    if (known.word == word) { return {known.label, strip_decoration(line.substr(end + skip))}; }
  }
  return {};
}

bool has_time(std::string_view text) {
  for (auto at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    if (at > 0 && at + 2 < text.size() && is_digit(text[at - 1]) && is_digit(text[at + 1]) && is_digit(text[at + 2])) { return true; }
  }
  return false;
}
bool has_year(std::string_view text) {
  for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
    const bool starts = (text[at] == '1' && text[at + 1] == '9') || (text[at] == '2' && text[at + 1] == '0');
    if (starts && is_digit(text[at + 2]) && is_digit(text[at + 3])) { return true; }
  }
  return false;
}
bool has_digit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

constexpr std::array closing_verbs{
    "wrote"sv, "writes"sv, "写道"sv, "寫道"sv, "写到"sv, "写信说"sv, "a écrit"sv, "écrit"sv, "escribió"sv, "escreveu"sv, "ha scritto"sv, "schreef"sv, "schrieb"sv,
    "geschrieben"sv, "skrev"sv, "napisał"sv, "napisał(a)"sv, "pisze"sv, "пишет"sv, "написал"sv, "написал(а)"sv, "kirjoitti"sv, "yazdı"sv, "đã viết"sv,
    "a scris"sv, "작성"sv, "님이 작성"sv, "のメール"sv, "写了"sv,
};
constexpr std::array middle_verbs{" schrieb "sv, " schreef "sv, " skrev "sv, " pisze "sv};
constexpr std::array openers{
    "On "sv, "At "sv, "在"sv, "于"sv, "於"sv, "Le "sv, "El "sv, "Em "sv, "Il "sv, "Am "sv, "Op "sv, "Den "sv, "Dnia "sv, "W dniu "sv, "Pe "sv,
};

bool is_opening(std::string_view line) { return starts_with_any(line, openers) || (!line.empty() && is_digit(line.front()) && has_year(line)); }

/// The line without its final colon when it ends like an attribution.
bool closes_attribution(std::string_view line) {
  line = trim_blank(line);
  while (line.ends_with('*') || line.ends_with('_')) { line = trim_blank(line.substr(0, line.size() - 1)); }
  if (line.ends_with(':')) {
    line.remove_suffix(1);
  } else if (line.ends_with("：")) {
    line.remove_suffix(3);
  } else {
    return false;
  }
  line = trim_blank(line);
  for (const auto verb : closing_verbs) {
    if (ends_with_ignore_case(line, verb)) { return true; }
  }
  // "Am 06.01.26 schrieb Anna:", "2026年1月6日(火) 10:00 Anna <a@b>:"
  return line.ends_with('>') || contains_any(line, middle_verbs);
}

}  // namespace

bool is_quote_line(std::string_view line) {
  line = trim_blank(line);
  if (line.starts_with("＞")) { return true; }
  if (!line.starts_with('>')) { return false; }
  return !(line.size() >= 3 && "_.oO-w^"sv.find(line[1]) != std::string_view::npos && line[2] == '<');
}

Separator separator_of(std::string_view line) {
  line = trim_blank(line);
  if (line.empty() || line.size() > mark_size_max) { return Separator::none; }
  if (asks_for_reply_above(line)) { return Separator::reply; }
  const auto is_dash = [](char c) { return c == '-' || c == '_' || c == '=' || c == '*' || c == '#'; };
  std::string_view inner = line;
  std::size_t front = 0, back = 0;
  while (!inner.empty() && is_dash(inner.front())) { inner.remove_prefix(1), ++front; }
  while (!inner.empty() && is_dash(inner.back())) { inner.remove_suffix(1), ++back; }
  for (const auto wide : {"—"sv, "－"sv, "─"sv}) {
    while (inner.starts_with(wide)) { inner.remove_prefix(wide.size()), ++front; }
    while (inner.ends_with(wide)) { inner.remove_suffix(wide.size()), ++back; }
  }
  inner = trim_blank(inner);
  if (inner.empty()) { return front >= 5 ? Separator::rule : Separator::none; }
  const bool has_colon = inner.ends_with(':') || inner.ends_with("：");
  if (has_colon) { inner = trim_blank(inner.substr(0, inner.size() - (inner.ends_with(':') ? 1 : 3))); }
  if ((front < 2 || back < 2) && !has_colon) { return Separator::none; }
  const auto is_same = [&](std::string_view word) { return equal_ignore_case(word, inner); };
  if (std::any_of(forward_separators.begin(), forward_separators.end(), is_same)) { return Separator::forward; }
  if (front >= 2 && back >= 2 && std::any_of(reply_separators.begin(), reply_separators.end(), is_same)) { return Separator::reply; }
  return Separator::none;
}

std::optional<HeaderBlock> read_header_block(const std::vector<Line>& lines, std::size_t first, bool is_separated) {
  constexpr std::size_t lines_max = 24;
  HeaderBlock block;
  unsigned kinds = 0;
  Label last = Label::none;
  std::size_t blanks = 0, folds = 0;
  for (std::size_t i = first; i < lines.size() && i < first + lines_max; ++i) {
    if (is_blank(lines[i].text)) {
      if (kinds == 0 || ++blanks > 1) { break; }
      continue;
    }
    const LabelledLine line = lines[i].text.size() > mark_size_max * 8 ? LabelledLine{} : read_label(lines[i].text);
    if (line.label == Label::none) {
      const bool is_fold = blanks == 0 && folds < 4 && (last == Label::to || last == Label::copy) && lines[i].text.find('@') != std::string_view::npos;
      if (!is_fold) { break; }
      ++folds;
      continue;
    }
    if (kinds == 0 && !is_separated && line.label != Label::from) { return std::nullopt; }
    blanks = 0;
    last = line.label;
    kinds |= 1U << static_cast<unsigned>(line.label);
    block.end_line = i + 1;
    const auto keep = [&](Label label, std::string_view& field) {
      if (line.label == label && field.empty()) { field = line.value; }
    };
    keep(Label::from, block.from), keep(Label::date, block.date), keep(Label::to, block.to), keep(Label::subject, block.subject);
    keep(Label::message_id, block.message_id);
  }
  const auto has = [&](Label label) { return (kinds >> static_cast<unsigned>(label) & 1U) != 0; };
  const int count = has(Label::from) + has(Label::date) + has(Label::to) + has(Label::subject);
  if (!has(Label::from) || count < (is_separated ? 2 : 3)) { return std::nullopt; }
  return block;
}

std::optional<Attribution> read_attribution(const std::vector<Line>& lines, std::size_t last_line) {
  const std::string_view last = lines[last_line].text;
  if (last.size() > mark_size_max || is_quote_line(last) || !closes_attribution(last)) { return std::nullopt; }
  std::string joined(trim_blank(last));
  std::size_t first = last_line;
  bool opens = is_opening(joined);
  for (std::size_t back = 1; !opens && back <= 3 && back <= last_line; ++back) {
    const std::string_view above = trim_blank(lines[last_line - back].text);
    if (above.empty() || above.size() > mark_size_max || is_quote_line(above) || separator_of(above) != Separator::none) { break; }
    const std::string whole = std::string(above) + " " + joined;
    if (is_opening(above) && has_digit(whole)) {
      first = last_line - back, joined = whole, opens = true;
    } else if (back == 1 && joined.find('@') == std::string::npos && above.find('@') != std::string_view::npos) {
      first = last_line - 1, joined = whole;  // Anna <a@b> 于2026年1月6日 / 10:00写道：
    } else {
      joined = whole;
      if (joined.size() > mark_size_max) { break; }
    }
  }
  if (!opens && first == last_line) { joined = trim_blank(last); }
  const bool has_address = joined.find('@') != std::string::npos;
  const bool is_dated = has_year(joined) || (has_digit(joined) && (joined.find('/') != std::string::npos || joined.find("月") != std::string::npos));
  const bool ends_bare = trim_blank(last).ends_with(">:") || trim_blank(last).ends_with(">：");
  if (ends_bare && !(is_dated && has_time(joined) && opens)) { return std::nullopt; }
  return Attribution{first, is_dated && (has_address || has_time(joined))};
}

}  // namespace parley::channels::email
