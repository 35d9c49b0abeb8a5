#include "channels/email/reading/authentication.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t header_size_max = 8 * 1024;

struct Statement {
  std::string method, result;  // lower case
  std::string domain;          // header.d, header.from, smtp.mailfrom ...: the domain it speaks of
};
struct Results {
  std::string server;
  std::vector<Statement> statements;
};

/// Comments in ( ) removed, quoted strings unpacked with their separators blanked.
std::string without_comments(std::string_view value) {
  std::string out;
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\' && i + 1 < value.size()) {
      ++i;
    } else if (c == '"' && depth == 0) {
      quoted = !quoted;
    } else if (c == '(' && !quoted) {
      ++depth;
    } else if (c == ')' && depth > 0 && !quoted) {
      --depth;
    } else if (depth == 0) {
      out += quoted && (c == ';' || c == '=' || c == ' ') ? '_' : c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
    }
  }
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) { words.push_back(text.substr(at, end - at)); }
    at = end + 1;
  }
  return words;
}

/// "a = b" becomes "a=b".
std::string tight_equals(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' && ((i + 1 < text.size() && text[i + 1] == '=') || (!out.empty() && out.back() == '='))) { continue; }
    out += text[i];
  }
  return out;
}

Statement read_statement(std::string_view text) {
  Statement out;
  const std::string tight = tight_equals(trim(text));
  for (const auto word : words_of(tight)) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) { continue; }
    const std::string name = to_lower_ascii(word.substr(0, equals));
    const std::string_view value = word.substr(equals + 1);
    if (out.method.empty()) {
      out.method = name.substr(0, name.find('/'));  // "dkim/1"
      out.result = to_lower_ascii(value);
      continue;
    }
    const bool names_domain = name == "header.d" || name == "header.i" || name == "header.from" || name == "smtp.mailfrom" || name == "smtp.mail" || name == "smtp.helo";
    if (!names_domain || (!out.domain.empty() && name != "header.d")) { continue; }
    const auto at = value.rfind('@');
    out.domain = to_lower_ascii(at == std::string_view::npos ? value : value.substr(at + 1));
  }
  return out;
}

Results read_results(std::string_view value) {
  Results out;
  const std::string plain = without_comments(first_bytes(value, header_size_max));
  std::size_t at = 0;
  for (bool is_first = true; at <= plain.size(); is_first = false) {
    const std::size_t end = std::min(plain.find(';', at), plain.size());
    const std::string_view piece = trim(std::string_view(plain).substr(at, end - at));
    at = end + 1;
    if (is_first) {
      out.server = to_lower_ascii(piece.substr(0, std::min(piece.find(' '), piece.size())));
    } else if (out.statements.size() < 50) {
      Statement statement = read_statement(piece);
      if (!statement.method.empty()) { out.statements.push_back(std::move(statement)); }
    }
  }
  return out;
}

/// All that trusted servers said, topmost first.
std::vector<Statement> trusted_statements(const Mail& mail, std::span<const std::string> trusted) {
  std::vector<Statement> out;
  bool has_any = false;
  for (const auto& [name, value] : mail.headers) {
    if (has_any && equal_ignore_case(name, "Received")) { break; }
    if (!equal_ignore_case(name, "Authentication-Results")) { continue; }
    Results results = read_results(value);
    if (std::none_of(trusted.begin(), trusted.end(), [&](const std::string& server) { return equal_ignore_case(server, results.server); })) { continue; }
    has_any = true;
    std::move(results.statements.begin(), results.statements.end(), std::back_inserter(out));
  }
  return out;
}

/// A mail may carry several DKIM signatures; one that holds is enough.
std::string result_of(const std::vector<Statement>& statements, std::string_view method) {
  std::string first;
  for (const auto& statement : statements) {
    if (statement.method != method) { continue; }
    if (method == "dkim" && statement.result == "pass") { return "pass"; }
    if (first.empty()) { first = statement.result; }
  }
  return first;
}

std::optional<double> number_in(std::string_view text) {
  const auto begin = text.find_first_of("-+.0123456789");
  if (begin == std::string_view::npos) { return std::nullopt; }
  const std::string digits(text.substr(begin, 24));
  char* end = nullptr;
  const double value = std::strtod(digits.c_str(), &end);
  if (end == digits.c_str() || !std::isfinite(value)) { return std::nullopt; }
  return value;
}

class SpamReader {
 public:
  explicit SpamReader(const Mail& mail) : mail_(mail) {}

  Spam read() {
    read_spam_assassin();
    read_rspamd();
    read_microsoft();
    return out_;
  }

 private:
  void say(SpamVerdict verdict, std::string_view source, std::optional<double> score = std::nullopt) {
    if (score && !out_.score) { out_.score = score; }
    if (verdict <= out_.verdict) { return; }
    out_.verdict = verdict;
    out_.source = std::string(source);
  }
  void yes_or_no(std::string_view name) {
    const auto value = trim(header_value(mail_, name));
    if (starts_with_ignore_case(value, "yes") || equal_ignore_case(value, "true")) {
      say(SpamVerdict::spam, name);
    } else if (starts_with_ignore_case(value, "no") || equal_ignore_case(value, "false")) {
      say(SpamVerdict::clean, name);
    }
  }

  /// The number behind "score=" or "required=".
  static std::optional<double> named(std::string_view text, std::string_view name) {
    const auto at = find_ignore_case(text, name);
    return at == std::string_view::npos ? std::nullopt : number_in(text.substr(at + name.size(), 24));
  }

  void read_spam_assassin() {
    yes_or_no("X-Spam-Flag");
    const auto status = first_bytes(header_value(mail_, "X-Spam-Status"), 2000);
    yes_or_no("X-Spam-Status");
    auto score = named(status, "score=");
    if (!score) { score = number_in(header_value(mail_, "X-Spam-Score").substr(0, 24)); }
    const double required = named(status, "required=").value_or(5.0);
    if (!score) { return; }
    const bool said_no = out_.verdict == SpamVerdict::clean;
    const SpamVerdict by_score = *score >= required ? (said_no ? SpamVerdict::suspicious : SpamVerdict::spam) : *score >= required * 0.6 ? SpamVerdict::suspicious : SpamVerdict::clean;
    say(by_score, "X-Spam-Score", score);
  }

  void read_rspamd() {
    yes_or_no("X-Spam");
    const auto action = trim(header_value(mail_, "X-Rspamd-Action"));
    if (equal_ignore_case(action, "reject") || equal_ignore_case(action, "add header") || equal_ignore_case(action, "rewrite subject")) {
      say(SpamVerdict::spam, "X-Rspamd-Action");
    } else if (equal_ignore_case(action, "greylist") || equal_ignore_case(action, "soft reject")) {
      say(SpamVerdict::suspicious, "X-Rspamd-Action");
    } else if (equal_ignore_case(action, "no action")) {
      say(SpamVerdict::clean, "X-Rspamd-Action");
    }
    if (const auto result = header_value(mail_, "X-Spamd-Result"); !result.empty()) {  // default: False [2.10 / 15.00]; ...
      const auto open = result.find('[');
      const auto score = open == std::string_view::npos ? std::nullopt : number_in(result.substr(open, 24));
      say(contains_ignore_case(result.substr(0, 40), ": true") ? SpamVerdict::spam : SpamVerdict::clean, "X-Spamd-Result", score);
    }
    if (const auto score = number_in(header_value(mail_, "X-Rspamd-Score").substr(0, 24))) { say(*score >= 6 ? SpamVerdict::suspicious : SpamVerdict::clean, "X-Rspamd-Score", score); }
  }

  void read_microsoft() {
    auto level = number_in(header_value(mail_, "X-MS-Exchange-Organization-SCL").substr(0, 8));
    const auto report = header_value(mail_, "X-Forefront-Antispam-Report");
    if (!level) { level = named(first_bytes(report, 4000), "SCL:"); }
    if (level) { say(*level >= 5 ? SpamVerdict::spam : *level >= 4 ? SpamVerdict::suspicious : SpamVerdict::clean, "SCL", level); }
    if (contains_any(first_bytes(report, 4000), std::array{"SFV:SPM"sv, "SFV:SKB"sv, "CAT:PHSH"sv, "CAT:HPHISH"sv, "CAT:MALW"sv})) { say(SpamVerdict::spam, "X-Forefront-Antispam-Report"); }
  }

  const Mail& mail_;
  Spam out_;
};

}  // namespace

Authentication read_authentication(const Mail& mail, std::span<const std::string> trusted_servers) {
  const auto statements = trusted_statements(mail, trusted_servers);
  return {result_of(statements, "spf"), result_of(statements, "dkim"), result_of(statements, "dmarc")};
}

SenderTrust sender_trust(const Mail& mail, std::span<const std::string> trusted_servers) {
  if (mail.from.size() != 1) { return SenderTrust::unknown; }  // several authors: nobody can say which one was checked
  const auto statements = trusted_statements(mail, trusted_servers);
  const std::string dmarc = result_of(statements, "dmarc");
  if (dmarc == "pass") { return SenderTrust::verified; }
  if (dmarc == "fail") { return SenderTrust::failed; }
  const std::string_view from = domain_of(mail.from.front().address);
  const bool is_aligned = std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
    return (statement.method == "dkim" || statement.method == "spf") && statement.result == "pass" && is_same_or_subdomain(statement.domain, from);
  });
  if (is_aligned) { return SenderTrust::verified; }
  return result_of(statements, "spf") == "fail" && result_of(statements, "dkim") == "fail" ? SenderTrust::failed : SenderTrust::unknown;
}

Spam read_spam(const Mail& mail) { return SpamReader(mail).read(); }

}  // namespace parley::channels::email
