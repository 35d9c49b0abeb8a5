#include "channels/email/reading/reply_text.h"

#include <algorithm>
#include <array>

#include "channels/email/reading/address.h"
#include "channels/email/reading/quote_marks.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

enum class Mark : unsigned char { text, blank, quote, signature };

/// Lines that phones and clients add by themselves. A line that only begins like one may be the sender's own, hence the size limit.
constexpr std::array client_lines{
    "Sent from my "sv, "Sent from Mail for "sv, "Sent from Outlook"sv, "Sent from Yahoo Mail"sv, "Sent from AOL"sv, "Sent from Proton"sv, "Sent with Proton"sv,
    "Sent from Samsung"sv, "Sent from WPS"sv, "Sent from Spark"sv, "Sent via "sv, "Sent using "sv, "Sent from iPhone"sv, "Sent from iPad"sv, "Sent from NetEase"sv,
    "Sent from the all new "sv, "Get Outlook for "sv, "Get BlueMail for "sv, "Get TypeApp for "sv, "Yahoo Mail: Search, Organize"sv, "Sent from Foxmail"sv,
    "Sent from QQ"sv, "Sent from Gmail"sv, "发自我的"sv, "发自 我的"sv, "發自我的"sv, "发自我"sv, "来自我的"sv, "從我的 "sv, "从我的"sv, "从我的 iPhone"sv, "发自iPhone"sv,
    "发自 iPhone"sv, "来自 iPhone"sv, "来自iPhone"sv, "发自网易邮箱"sv, "发送自网易邮箱"sv, "发自 网易邮箱"sv, "由网易邮箱大师"sv, "签名由"sv, "签名由 网易邮箱大师"sv,
    "发自QQ邮箱"sv, "来自QQ邮箱"sv, "发自 QQ邮箱"sv, "发自企业微信"sv, "发自微信"sv, "发自腾讯企业邮箱"sv, "来自钉钉"sv, "发自钉钉"sv, "发自阿里邮箱"sv, "发自新浪邮箱"sv, "发自139邮箱"sv,
    "发自小米"sv, "发自华为"sv, "获取 Outlook"sv, "获取适用于"sv, "下载 Outlook"sv, "從 Windows 版郵件傳送"sv, "从 Windows 版邮件发送"sv, "从 Windows 版 邮件发送"sv,
    "取得 iOS 版 Outlook"sv, "使用网易邮箱"sv, "来自 Outlook"sv, "Von meinem "sv, "Gesendet von "sv, "Gesendet mit "sv, "Envoyé de "sv, "Envoyé depuis "sv,
    "Obtenez Outlook"sv, "Enviado desde "sv, "Enviado do "sv, "Enviado de "sv, "Inviato da "sv, "Verstuurd vanaf "sv, "Verzonden vanaf "sv, "Отправлено с "sv,
    "iPhoneから送信"sv, "나의 iPhone에서"sv,
};

bool is_client_line(std::string_view line) {
  line = trim_blank(line);
  while (line.starts_with('<') || line.starts_with('[') || line.starts_with('*') || line.starts_with('-') || line.starts_with('_')) { line = trim_blank(line.substr(1)); }
  if (line.empty() || line.size() > 120) { return false; }
  if (starts_with_any(line, client_lines)) { return line.find("?") == std::string_view::npos && line.find("？") == std::string_view::npos; }
  return line.starts_with("从 ") && line.ends_with("发送");
}

bool is_contact_line(std::string_view line) {
  std::size_t digits = 0;
  for (const char c : line) { digits += is_digit(c) ? 1 : 0; }
  return digits >= 7 || line.find('@') != std::string_view::npos || contains_ignore_case(line, "www.") || contains_ignore_case(line, "http");
}

class Splitter {
 public:
  Splitter(std::string_view text, ReplyOptions options) : text_(text), options_(options), lines_(split_lines(text)), marks_(lines_.size(), Mark::text) {}

  ReplyText split() {
    mark_lines();
    find_history();
    bridge_blanks();
    find_signatures();
    show_answers();
    return pieces();
  }

 private:
  struct Run {  // lines [begin, end) of text, or of quote
    std::size_t begin, end;
    bool is_quote, has_text;
  };

  void mark_lines() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (is_blank(lines_[i].text)) {
        marks_[i] = Mark::blank;
      } else if (is_quote_line(lines_[i].text)) {
        marks_[i] = Mark::quote;
      }
    }
    history_ = shown_from_ = lines_.size();
  }

  std::size_t skip_blanks(std::size_t i) const {
    while (i < lines_.size() && marks_[i] == Mark::blank) { ++i; }
    return i;
  }

  /// Everything after the first introduction belongs to the history, unless ">" lines follow: those end by themselves.
  void find_history() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (marks_[i] != Mark::text) { continue; }
      const Separator separator = separator_of(lines_[i].text);
      if (separator == Separator::forward) {
        shown_from_ = i;
        return;
      }
      const auto end = introduction_end(i, separator);
      if (!end) { continue; }
      const std::size_t next = skip_blanks(end->second);
      if (next < lines_.size() && marks_[next] == Mark::quote) {
        std::fill(marks_.begin() + static_cast<std::ptrdiff_t>(end->first), marks_.begin() + static_cast<std::ptrdiff_t>(next), Mark::quote);
        i = next;
      } else if (options_.is_forward) {
        shown_from_ = end->first;
        return;
      } else if (end->is_strong) {
        history_ = end->first;
        return;
      }
    }
  }

  struct Introduction {
    std::size_t first, second;
    bool is_strong;
  };
  /// An introduction whose first line (for an attribution: last line) is `i`.
  std::optional<Introduction> introduction_end(std::size_t i, Separator separator) const {
    if (separator != Separator::none) {
      const std::size_t next = skip_blanks(i + 1);
      if (next <= i + 3) {
        if (const auto block = read_header_block(lines_, next, true)) { return Introduction{i, block->end_line, true}; }
      }
      if (separator == Separator::reply) { return Introduction{i, i + 1, true}; }
      // A rule above "Original Message": Outlook on phones, whose signature stands right above it.
      const bool is_above_reply = next <= i + 3 && next < lines_.size() && marks_[next] == Mark::text && separator_of(lines_[next].text) == Separator::reply;
      return is_above_reply ? std::optional(Introduction{i, next + 1, true}) : std::nullopt;
    }
    if (const auto block = read_header_block(lines_, i, false)) { return Introduction{i, block->end_line, true}; }
    if (const auto attribution = read_attribution(lines_, i)) {
      const bool has_more = skip_blanks(i + 1) < lines_.size();
      return Introduction{attribution->first_line, i + 1, attribution->is_strong && has_more};
    }
    return std::nullopt;
  }

  std::size_t limit() const { return std::min(history_, shown_from_); }

  /// Blank lines between two quoted lines are part of the quote.
  void bridge_blanks() {
    for (std::size_t i = 0; i < limit(); ++i) {
      if (marks_[i] != Mark::quote) { continue; }
      const std::size_t next = skip_blanks(i + 1);
      if (next < limit() && marks_[next] == Mark::quote) {
        std::fill(marks_.begin() + static_cast<std::ptrdiff_t>(i), marks_.begin() + static_cast<std::ptrdiff_t>(next), Mark::quote);
        i = next - 1;
      }
    }
  }

  std::vector<Run> runs() const {
    std::vector<Run> out;
    for (std::size_t i = 0; i < limit(); ++i) {
      const bool is_quote = marks_[i] == Mark::quote;
      if (out.empty() || out.back().is_quote != is_quote) { out.push_back({i, i, is_quote, false}); }
      out.back().end = i + 1;
      out.back().has_text = out.back().has_text || marks_[i] == Mark::text;
    }
    return out;
  }

  void find_signatures() {
    for (const Run& run : runs()) {
      if (run.is_quote || !run.has_text) { continue; }
      const std::size_t begin = signature_begin(run);
      for (std::size_t i = begin; i < run.end; ++i) { marks_[i] = marks_[i] == Mark::blank ? Mark::blank : Mark::signature; }
    }
  }

  /// The first line of the signature at the end of a run of the sender's text; the end of the run when there is none.
  std::size_t signature_begin(const Run& run) const {
    std::size_t end = run.end, result = run.end;
    const auto back_over_blanks = [&] {
      while (end > run.begin && marks_[end - 1] == Mark::blank) { --end; }
    };
    back_over_blanks();
    while (end > run.begin && is_client_line(lines_[end - 1].text)) {
      result = --end;
      back_over_blanks();
    }
    if (end > run.begin && is_bare_address(end - 1) && (run.end == history_ && history_ < lines_.size())) {  // Foxmail
      result = --end;
      back_over_blanks();
    }
    return std::min(result, delimiter_before(run, end));
  }

  bool is_bare_address(std::size_t i) const {
    const std::string_view line = trim_blank(lines_[i].text);
    return line.size() < 100 && line.find(' ') == std::string_view::npos && line.find('@') != std::string_view::npos && !normalise_address(line).empty();
  }

  /// "-- " and everything below it; a rule of dashes only above a few short lines that look like a visiting card.
  std::size_t delimiter_before(const Run& run, std::size_t end) const {
    constexpr std::size_t lines_back_max = 40;
    std::size_t result = run.end;
    bool has_contact = end < run.end;  // a client line closes it
    std::size_t shorts = 0;
    for (std::size_t i = end; i > run.begin && end - i < lines_back_max; --i) {
      const std::string_view line = lines_[i - 1].text;
      const std::string_view bare = trim_blank(line);
      if (line == "-- " || line == "-- \xC2\xA0" || (bare == "--" && end - i <= 12) || (bare == "—" && end - i <= 6)) {
        result = i - 1;
        break;
      }
      if (separator_of(line) == Separator::rule) {
        if (shorts > 0 && shorts <= 8 && (has_contact || is_above_history(run)) && has_text_above(run, i - 1)) { result = i - 1; }
        break;
      }
      if (!bare.empty()) {
        shorts += bare.size() <= 90 ? 1 : 100;
        has_contact = has_contact || is_contact_line(bare);
      }
    }
    return result;
  }
  bool is_above_history(const Run& run) const { return run.end == history_ && history_ < lines_.size(); }
  bool has_text_above(const Run& run, std::size_t i) const {
    while (i > run.begin && marks_[i - 1] == Mark::blank) { --i; }
    return i > run.begin;
  }

  bool has_own_text(const Run& run) const {
    return !run.is_quote && std::any_of(marks_.begin() + static_cast<std::ptrdiff_t>(run.begin), marks_.begin() + static_cast<std::ptrdiff_t>(run.end),
                                        [](Mark mark) { return mark == Mark::text; });
  }

  /// Answers between quotes make no sense without them: from the quote above the first answer to the last answer all is shown. One quote
  /// with the whole answer under it (bottom posting) stays hidden, and so does what is quoted below the last answer.
  void show_answers() {
    const auto all = runs();
    std::size_t first = all.size(), last = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!has_own_text(all[i])) { continue; }
      first = std::min(first, i);
      last = i;
    }
    const bool has_any = first < all.size() || shown_from_ < lines_.size();
    if (!has_any) {
      show_all();
    } else if (first < last) {
      for (std::size_t i = first == 1 ? 0 : first; i < last; ++i) {
        for (std::size_t k = all[i].begin; all[i].is_quote && k < all[i].end; ++k) { marks_[k] = Mark::text; }
      }
    }
  }

  /// Nothing of his own: a mail that is only a signature shows that, and one that is only a quote shows the quote.
  void show_all() {
    const bool has_signature = std::any_of(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(limit()), [](Mark mark) { return mark == Mark::signature; });
    for (std::size_t i = 0; i < limit(); ++i) {
      if (marks_[i] != Mark::quote || !has_signature) { marks_[i] = Mark::text; }
    }
    if (!has_signature) { history_ = lines_.size(); }
    for (std::size_t i = limit(); !has_signature && i < lines_.size(); ++i) { marks_[i] = Mark::text; }
  }

  ReplyPart part_of(std::size_t i) const {
    if (i >= history_) { return ReplyPart::quoted; }
    if (i >= shown_from_) { return ReplyPart::visible; }
    return marks_[i] == Mark::quote ? ReplyPart::quoted : marks_[i] == Mark::signature ? ReplyPart::signature : ReplyPart::visible;
  }

  ReplyText pieces() const {
    ReplyText out;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const bool follows = i < limit() && marks_[i] == Mark::blank && !out.pieces.empty();  // blank lines belong to what is above them
      const ReplyPart part = follows ? out.pieces.back().part : part_of(i);
      if (out.pieces.empty() || out.pieces.back().part != part) { out.pieces.push_back({part, lines_[i].begin, lines_[i].begin}); }
      out.pieces.back().end = lines_[i].next;
    }
    return out;
  }

  std::string_view text_;
  ReplyOptions options_;
  std::vector<Line> lines_;
  std::vector<Mark> marks_;
  std::size_t history_{0};     // from this line on everything is quoted
  std::size_t shown_from_{0};  // from this line on everything is shown: a forwarded message
};

}  // namespace

bool ReplyText::has_quote() const {
  return std::any_of(pieces.begin(), pieces.end(), [](const ReplyPiece& piece) { return piece.part == ReplyPart::quoted; });
}

ReplyText split_reply(std::string_view text, ReplyOptions options) { return Splitter(text, options).split(); }

std::string text_of(std::string_view text, const ReplyText& reply, ReplyPart part) {
  std::string out;
  for (const auto& piece : reply.pieces) {
    if (piece.part == part) { out += text.substr(piece.begin, piece.end - piece.begin); }
  }
  return std::string(trim_blank(out));
}

}  // namespace parley::channels::email
