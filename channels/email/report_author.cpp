#include "channels/email/impl/report_author.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {

namespace {

/// Where a name can be registered below: "com", and below a country's domain also "com.cn", "co.uk".
bool is_registry(std::string_view domain) {
  const auto dot = domain.find('.');
  if (dot == std::string_view::npos) { return true; }
  static constexpr std::array<std::string_view, 10> shared{"com", "co", "net", "org", "gov", "edu", "ac", "or", "ne", "go"};
  const auto first = domain.substr(0, dot), rest = domain.substr(dot + 1);
  return rest.size() == 2 && std::find(shared.begin(), shared.end(), first) != shared.end();
}

std::string report_domain(const MailAddress& author) {
  const std::string domain = to_lower_ascii(domain_of(author.address));
  return domain == "googlemail.com" ? "gmail.com" : domain;  // Google's reports come from the older name
}

}  // namespace

bool is_host_or_above(std::string_view domain, std::string_view host) {
  const bool is_above = host.size() > domain.size() && ends_with_ignore_case(host, domain) && host[host.size() - domain.size() - 1] == '.';
  const bool is_number = host.find_first_not_of("0123456789.:[]") == std::string_view::npos;
  return !domain.empty() && !is_registry(domain) && !is_number && (equal_ignore_case(domain, host) || is_above);
}

bool is_of_own_provider(const EmailSettings& settings, const Mail& report) {
  if (report.from.size() != 1) { return false; }
  const std::string domain = report_domain(report.from.front());
  return is_host_or_above(domain, domain_of(settings.address)) || (settings.smtp && is_host_or_above(domain, settings.smtp->host));
}

}  // namespace parley::channels::email
